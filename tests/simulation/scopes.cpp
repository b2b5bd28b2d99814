#include "tests/simulation/scopes.h"

#include <algorithm>

namespace boxwright::test {

namespace {

// Which image `ChangeImage` takes for a value: player_specs.cpp.
constexpr std::uint32_t kSick = 5;
constexpr std::uint32_t kExits = 7;
constexpr std::uint32_t kOffered = 9;

Operation on(std::uint32_t box, Act act, std::uint32_t value = 0) {
  return {act, box, value, Duration{0}};
}

std::vector<Operation> on_both(Act act, std::uint32_t value = 0) {
  return {on(0, act, value), on(1, act, value)};
}

std::vector<Scope> make_scopes() {
  const std::vector<Operation> data = on_both(Act::WriteData);
  return {
      {"create", "two boxes come into being", {}, on_both(Act::ChangeEnv, 1)},
      {"limits", "limits are changed live", data, on_both(Act::ChangeMemory, 2)},
      {"replace", "both are replaced", data, on_both(Act::ChangeEnv, 1)},
      {"pull", "both are replaced by an image that is pulled first", data,
       on_both(Act::ChangeImage, kOffered)},
      {"roll-back",
       "the new container exits; another never becomes healthy",
       data,
       {on(0, Act::ChangeImage, kExits), on(1, Act::ChangeImage, kSick)}},
      {"volume-added", "both get a volume more", data, on_both(Act::ChangeVolumes)},
      {"power",
       "one is stopped, the other replaced",
       data,
       {on(0, Act::ChangePower), on(1, Act::ChangeEnv, 1)}},
      {"power-on",
       "one is started, the other restarted by order",
       {on(0, Act::WriteData), on(1, Act::WriteData), on(0, Act::ChangePower)},
       {on(0, Act::ChangePower, 1), on(1, Act::AskRestart)}},
      {"repair",
       "one container is removed by hand, the other stopped",
       data,
       {on(0, Act::HandRemove, 1), on(1, Act::HandStop, 1)}},
      {"mend",
       "one is renamed, the other off its network and paused",
       data,
       {on(0, Act::HandRename, 1), on(1, Act::HandDisconnect, 1), on(1, Act::HandPause, 1)}},
      {"volume-lost",
       "a volume is removed with its container",
       data,
       {on(0, Act::HandVolumeRemove), on(1, Act::HandLimits)}},
      {"remove",
       "one goes from the file, the other is replaced",
       data,
       {on(0, Act::Undeclare), on(1, Act::ChangeEnv, 1)}},
      {"delete",
       "one is deleted with its volumes at once, the other from the file",
       data,
       {on(1, Act::Delete, 0), on(0, Act::Undeclare)}},
      {"rename",
       "one gets another name, the other moves to the other source",
       data,
       {on(0, Act::Rename), on(1, Act::MoveSource)}},
      {"forgotten",
       "the memory is lost and both are changed",
       data,
       {on(0, Act::CrashAndForget), on(0, Act::ChangeMemory, 2), on(1, Act::ChangeEnv, 1)}},
      {"engine-restart",
       "the engine restarts while both are replaced",
       data,
       {on(0, Act::ChangeEnv, 1), on(1, Act::ChangeEnv, 1), on(0, Act::EngineRestart)}},
      {"hold",
       "what holds the volumes is removed, and one box replaced",
       data,
       {on(0, Act::HandHold), on(1, Act::ChangeEnv, 1)}},
  };
}

}  // namespace

const std::vector<Scope>& all_scopes() {
  static const std::vector<Scope> kScopes = make_scopes();
  return kScopes;
}

const Scope* find_scope(const std::string& name) {
  const auto& scopes = all_scopes();
  const auto found = std::ranges::find(scopes, name, &Scope::name);
  return found == scopes.end() ? nullptr : &*found;
}

}  // namespace boxwright::test
