#include "tests/simulation/chaos.h"

#include <fmt/core.h>

#include <algorithm>

#include "state/ownership.h"

namespace boxwright::test {

namespace {

constexpr int kBoxes = 3;
constexpr const char* kBadImage = "box-base:bad";
constexpr const char* kForeign = "neighbour";

}  // namespace

Chaos::Chaos(std::uint64_t seed) : chance_(seed * 2 + 1), world_(seed) {
  auto bad = box_image();
  bad.behaviour.answers_after = std::nullopt;
  bad.behaviour.exits_after = Duration{700};
  bad.behaviour.exit_code = 1;
  world_.engine.docker()->add_image(kBadImage, bad);
  CreateCall foreign;
  foreign.name = kForeign;
  foreign.config.image = kTestImage;
  foreign.config.restart = specs::RestartPolicy::Always;
  foreign.config.mounts = {{VolumeName{"neighbours-data"}, "/data"}};
  static_cast<void>(world_.engine.docker()->create(foreign));
  world_.engine.docker()->start(kForeign);
  for (int i = 0; i < kBoxes; ++i)
    world_.declare(BoxBuilder{"box" + std::to_string(i)}.owner("o@example.org"));
  world_.run_for(Duration{10'000});
  for (int i = 0; i < kBoxes; ++i)
    world_.write_data("box" + std::to_string(i));
}

std::string Chaos::box() {
  return "box" + std::to_string(chance_.below(kBoxes));
}

void Chaos::change_spec() {
  const auto name = box();
  BoxBuilder changed{name};
  changed.owner("o@example.org");
  const auto kind = chance_.below(6);
  const auto value = std::to_string(chance_.below(3));
  if (kind <= 2) changed.env("EDITOR", value);
  if (kind == 3) changed.image(kBadImage);
  if (kind == 4) changed.memory(Bytes{static_cast<std::int64_t>(2 + chance_.below(3)) * kGiB});
  if (kind == 5) {
    changed.with([](auto& spec) { spec.power = specs::Power::Stopped; });
  }
  note(fmt::format("declare {} kind {} value {}", name, kind, value));
  world_.declare(changed);
}

void Chaos::hand() {
  const auto name = "box-" + box() + (chance_.chance(20) ? ".prev" : "");
  switch (chance_.below(8)) {
    case 0: note("stop " + name), world_.engine.docker()->stop(name); return;
    case 1: note("kill " + name), world_.engine.docker()->kill(name); return;
    case 2: note("pause " + name), world_.engine.docker()->pause(name); return;
    case 3: note("rm -f " + name), world_.engine.docker()->remove(name, true); return;
    case 4: note("rename " + name), world_.engine.docker()->rename(name, "mine-" + name); return;
    case 5:
      note("disconnect " + name);
      world_.engine.docker()->disconnect(kTestNetwork, name, true);
      return;
    case 6:
      // On a container that is aside it would be the hand that makes two run.
      if (name.ends_with(".prev")) return;
      note("update --restart always " + name);
      world_.engine.docker()->update(name, std::nullopt, specs::RestartPolicy::Always);
      return;
    default: note("exit of " + name), world_.engine.docker()->process_exits(name, 1); return;
  }
}

void Chaos::engine_trouble() {
  switch (chance_.below(4)) {
    case 0: note("engine restarts"), world_.engine.restart(); return;
    case 1: note("crash"), world_.crash(); return;
    case 2: {
      const auto nth = 1 + chance_.below(4);
      const auto fault =
          std::vector{Fault::CrashBefore, Fault::CrashAfter, Fault::LoseReply,
                      Fault::HangAfter,   Fault::HangBefore, Fault::FailBefore}[chance_.below(6)];
      note(fmt::format("{} at mutation {}", to_string(fault), nth));
      world_.faulty.set_plan(fault_at_mutation(nth, fault));
      return;
    }
    default:
      note("events are lost for a while");
      world_.engine.lose_events([](const auto&) { return true; });
      world_.run_for(Duration{5'000});
      world_.engine.lose_events({});
      return;
  }
}

void Chaos::disturb() {
  const auto dice = chance_.below(100);
  if (dice < 35) return change_spec();
  if (dice < 70) return hand();
  if (dice < 85) return engine_trouble();
  const auto name = box();
  if (dice < 90) {
    note("restart " + name);
    world_.ask(state::Request::Verb::Restart, name);
  } else if (dice < 95) {
    const bool on = suspended_.insert(name).second;
    if (!on) suspended_.erase(name);
    note((on ? "suspend " : "resume ") + name);
    world_.ask(on ? state::Request::Verb::Suspend : state::Request::Verb::Resume, name);
  } else {
    note("undeclare and declare " + name);
    const auto declared = world_.declared.boxes.at(BoxName{name});
    world_.undeclare(name);
    world_.run_for(Duration{static_cast<std::int64_t>(chance_.below(60'000))});
    world_.declared.boxes[BoxName{name}] = declared;
    ++world_.declared.version;
  }
}

std::string Chaos::judge_box(const std::string& name) {
  const auto full = "box-" + name;
  const auto* container = world_.container(full);
  if (container == nullptr) return "I1: " + full + " is not there";
  const auto& spec = world_.declared.boxes.at(BoxName{name}).spec;
  const bool rejected = world_.reason(name, "Stalled") == "RolledBack";
  if (spec.power == specs::Power::Stopped) {
    return container->has_process() ? "I1: " + full + " runs and should not" : "";
  }
  // A box with no old container to go back to has only this one, which cannot run.
  if (spec.image == kBadImage) return {};
  if (container->state != state::ContainerState::Running) return "I1: " + full + " does not run";
  if (rejected) return {};
  const auto& env = container->config.env;
  const auto wanted = spec.env.find("EDITOR");
  const bool same = wanted == spec.env.end()
                        ? !env.contains("EDITOR")
                        : env.contains("EDITOR") && env.at("EDITOR") == Secret{wanted->second};
  if (!same || container->config.image != spec.image) return "I1: " + full + " is not as declared";
  if (container->config.limits.memory != spec.resources.memory) return "I1: limits of " + full;
  if (container->config.restart != spec.restart) return "I14: restart policy of " + full;
  return {};
}

std::string Chaos::judge_end() {
  if (!world_.breach().empty()) return world_.breach();
  if (const auto lost = world_.lost_data(); !lost.empty()) return "I4: " + lost;
  const auto* foreign = world_.container(kForeign);
  if (foreign == nullptr || !foreign->has_process()) return "I10: the neighbour was touched";
  for (int i = 0; i < kBoxes; ++i) {
    if (auto wrong = judge_box("box" + std::to_string(i)); !wrong.empty()) return wrong;
  }
  if (world_.container_names().size() != kBoxes + 1) {
    std::string names;
    for (const auto& name : world_.container_names())
      names += " " + name;
    return "I13: left over:" + names;
  }
  const bool all_good = std::ranges::none_of(world_.declared.boxes, [](const auto& entry) {
    return entry.second.spec.image == kBadImage;
  });
  if (!all_good) return {};
  world_.engine.forget_calls();
  world_.run_for(Duration{120'000});
  if (!world_.steps().empty()) return "I2: a converged world still acts: " + world_.steps().front();
  return {};
}

std::string Chaos::run(int steps) {
  for (int i = 0; i < steps && world_.breach().empty(); ++i) {
    disturb();
    if (const auto lost = world_.lost_data(); !lost.empty()) return "I4: " + lost;
    const auto before = world_.engine.calls().size();
    world_.run_for(Duration{static_cast<std::int64_t>(chance_.below(4'000))});
    static_cast<void>(before);
  }
  if (!world_.breach().empty()) return world_.breach();
  note("quiet");
  world_.faulty.set_plan({});
  if (!world_.is_up()) world_.start();
  for (const auto& name : suspended_)
    world_.ask(state::Request::Verb::Resume, name);
  // The longest pace and backoff are 5 min.
  world_.run_for(Duration{900'000});
  const auto name_clash = std::ranges::any_of(
      world_.container_names(), [](const auto& name) { return name.starts_with("mine-"); });
  if (name_clash) return "I1: a renamed container was not renamed back";
  return judge_end();
}

}  // namespace boxwright::test
