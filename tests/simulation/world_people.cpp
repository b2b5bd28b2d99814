// What people do in this world: declare, ask, and put files where they want to find them again.

#include <fmt/core.h>

#include "state/ownership.h"
#include "tests/simulation/world.h"

namespace boxwright::test {

namespace {

constexpr const char* kDataFile = "precious.txt";

}  // namespace

void World::declare(const BoxBuilder& box) {
  declared.boxes[box.name()] = box.declaration();
  ++declared.version;
}

void World::undeclare(const std::string& name) {
  declared.boxes.erase(BoxName{name});
  ++declared.version;
}

void World::fail_source(const std::string& why) {
  declared.failure = why;
  ++declared.version;
}

void World::mend_source() {
  declared.failure.clear();
  declared.problem.clear();
  ++declared.version;
}

std::int64_t World::ask(state::Request::Verb verb, const std::string& subject,
                        const std::string& argument) {
  state::Request request;
  request.verb = verb;
  request.subject = subject;
  request.argument = argument;
  request.by = "test";
  request.at = clock.wall_now();
  return desired.add_request(request).value_or(0);
}

void World::delete_box(const std::string& name, bool volumes) {
  undeclare(name);
  state::DeletionRow row;
  row.name = BoxName{name};
  row.volumes = volumes;
  row.now = true;
  row.by = "test";
  row.at = clock.wall_now();
  static_cast<void>(desired.add_deletion(row));
  if (!volumes) return;
  for (const auto& [volume, bytes] : data_) {
    if (volume.str().starts_with("box-" + name + "-")) given_up_.insert(volume);
  }
}

void World::write_data(const std::string& name) {
  for (const auto& [key, volume] : declared.boxes.at(BoxName{name}).spec.volumes)
    write_into(state::volume_name(BoxName{name}, key));
  write_outside(name);
}

void World::write_outside(const std::string& name) {
  const auto box = state::container_name(BoxName{name});
  const auto* running = engine.docker()->find(box);
  if (running == nullptr || !running->has_process()) return;
  // Below the home in which the volumes lie, and in two others.
  for (const char* home : {"/home/coder", "/home/coder-2", "/root"}) {
    static_cast<void>(engine.docker()->write_in_layer(
        box, std::string(home) + "/" + kDataFile,
        fmt::format("{} at {}", name, clock.mono_now().time_since_epoch().count())));
  }
}

void World::write_into(const VolumeName& volume) {
  const auto bytes =
      fmt::format("{} at {}", volume.str(), clock.mono_now().time_since_epoch().count());
  if (!engine.docker()->write_file(volume, kDataFile, bytes)) return;
  data_[volume] = bytes;
  given_up_.erase(volume);
}

std::string World::lost_data() const {
  auto& fake = const_cast<FakeEngine&>(engine);
  for (const auto& [volume, bytes] : data_) {
    if (given_up_.contains(volume)) continue;
    const auto found = fake.docker()->read_file(volume, kDataFile);
    if (!found) return fmt::format("the data in {} is gone", volume.str());
    if (*found != bytes) return fmt::format("the data in {} has changed", volume.str());
  }
  return {};
}

void World::give_up_data(const VolumeName& volume) {
  given_up_.insert(volume);
}

}  // namespace boxwright::test
