#include "tests/support/docker_model.h"

#include <algorithm>
#include <utility>

#include "specs/base/digest.h"

namespace boxwright::test {

DockerModel::DockerModel(const Clock& clock) : clock_(clock), now_(clock.mono_now()) {
  for (const char* name : {"bridge", "host", "none"}) {
    const NetworkId id{new_id("network")};
    networks_[id] = ModelNetwork{id, name, {}};
  }
}

std::string DockerModel::new_id(const char* kind) {
  return sha256_hex(std::string(kind) + std::to_string(++counter_));
}

WallTime DockerModel::wall_at_now() const {
  return clock_.wall_now() - (clock_.mono_now() - now_);
}

const ModelContainer* DockerModel::by_name(const std::string& name) const {
  const auto found = std::ranges::find_if(
      containers_, [&name](const auto& entry) { return entry.second.name == name; });
  return found == containers_.end() ? nullptr : &found->second;
}

const ModelContainer* DockerModel::find(const std::string& who) const {
  if (who.empty()) return nullptr;
  if (const auto exact = containers_.find(ContainerId{who}); exact != containers_.end()) {
    return &exact->second;
  }
  if (const ModelContainer* named = by_name(who)) return named;
  const ModelContainer* match = nullptr;
  for (const auto& [id, container] : containers_) {
    if (!id.str().starts_with(who)) continue;
    if (match != nullptr) return nullptr;
    match = &container;
  }
  return match;
}

ModelContainer* DockerModel::get(const std::string& who) {
  const ModelContainer* found = find(who);
  return found == nullptr ? nullptr : &containers_.at(found->id);
}

const ModelVolume* DockerModel::find_volume(const VolumeName& name) const {
  const auto found = volumes_.find(name);
  return found == volumes_.end() ? nullptr : &found->second;
}

const ModelNetwork* DockerModel::find_network(const std::string& who) const {
  if (const auto exact = networks_.find(NetworkId{who}); exact != networks_.end()) {
    return &exact->second;
  }
  const auto named = std::ranges::find_if(
      networks_, [&who](const auto& entry) { return entry.second.name == who; });
  return named == networks_.end() ? nullptr : &named->second;
}

const ModelImage* DockerModel::find_image(const std::string& reference_or_id) const {
  if (const auto exact = images_.find(ImageId{reference_or_id}); exact != images_.end()) {
    return &exact->second;
  }
  const auto named = std::ranges::find_if(images_, [&](const auto& entry) {
    return entry.second.references.contains(reference_or_id);
  });
  return named == images_.end() ? nullptr : &named->second;
}

ModelImage* DockerModel::get_image(const std::string& reference_or_id) {
  const ModelImage* found = find_image(reference_or_id);
  return found == nullptr ? nullptr : &images_.at(found->id);
}

bool DockerModel::write_in_layer(const std::string& who, const std::string& path,
                                 const std::string& bytes) {
  ModelContainer* container = get(who);
  if (container == nullptr) return false;
  container->layer[path] = bytes;
  return true;
}

bool DockerModel::write_file(const VolumeName& volume, const std::string& file,
                             const std::string& bytes) {
  const auto found = volumes_.find(volume);
  if (found == volumes_.end() || found->second.directory_missing) return false;
  found->second.directory.files[file] = bytes;
  return true;
}

std::optional<std::string> DockerModel::read_file(const VolumeName& volume,
                                                  const std::string& file) const {
  const ModelVolume* found = find_volume(volume);
  if (found == nullptr) return std::nullopt;
  const auto bytes = found->directory.files.find(file);
  if (bytes == found->directory.files.end()) return std::nullopt;
  return bytes->second;
}

void DockerModel::emit(const ModelContainer& container, std::string action) {
  ModelEvent event{"container", std::move(action), container.id.str(), container.config.labels};
  event.name = container.name;
  event.at = wall_at_now();
  events_.push_back(std::move(event));
}

void DockerModel::emit_other(std::string type, std::string action, std::string id) {
  ModelEvent event{std::move(type), std::move(action), std::move(id), {}};
  event.at = wall_at_now();
  events_.push_back(std::move(event));
}

void DockerModel::emit_networks(const ModelContainer& container, const char* action) {
  for (const state::Attachment& attachment : container.attachments) {
    emit_other("network", action, attachment.network_id.str());
    events_.back().container = container.id.str();
  }
}

std::vector<ModelEvent> DockerModel::take_events() {
  return std::exchange(events_, {});
}

void DockerModel::after(Duration delay, Timer::Kind kind, const ModelContainer& container) {
  timers_.insert(Timer{now_ + delay, ++counter_, kind, container.id, container.epoch});
}

void DockerModel::settle() {
  const MonoTime until = clock_.mono_now();
  while (!timers_.empty() && timers_.begin()->due <= until) {
    const Timer timer = *timers_.begin();
    timers_.erase(timers_.begin());
    now_ = std::max(now_, timer.due);
    fire(timer);
  }
  now_ = until;
}

void DockerModel::fire(const Timer& timer) {
  const auto found = containers_.find(timer.container);
  if (found == containers_.end() || found->second.epoch != timer.epoch) return;
  ModelContainer& container = found->second;
  switch (timer.kind) {
    case Timer::Kind::Exit:
      // A frozen process does not get to its end; it goes on where it was when thawed.
      if (container.state == state::ContainerState::Paused) {
        after(Duration{1000}, Timer::Kind::Exit, container);
      } else {
        process_ends(container, container.behaviour.exit_code, false);
      }
      break;
    case Timer::Kind::Probe: probe_now(container); break;
    case Timer::Kind::Restart:
      ++container.restart_count;
      container.state = state::ContainerState::Exited;
      if (const Answer ready = check_start(container); ready) begin_run(container);
      break;
    case Timer::Kind::Kill: ends_by_person(container, 137); break;
    case Timer::Kind::Removed: erase(container.id, false); break;
  }
}

}  // namespace boxwright::test
