#include "tests/simulation/operation.h"

#include <fmt/core.h>

#include <array>
#include <numeric>
#include <sstream>

#include "tests/support/seeded_random.h"

namespace boxwright::test {

namespace {

struct Kind {
  Act act;
  std::string_view name;
  unsigned weight;
};

/// How often each is done, in parts of their sum.
constexpr std::array kKinds = {
    Kind{Act::ChangeEnv, "ChangeEnv", 14},
    Kind{Act::ChangeImage, "ChangeImage", 9},
    Kind{Act::ChangeMemory, "ChangeMemory", 5},
    Kind{Act::ChangeCpus, "ChangeCpus", 3},
    Kind{Act::ChangeRestartPolicy, "ChangeRestartPolicy", 4},
    Kind{Act::ChangePower, "ChangePower", 5},
    Kind{Act::ChangeHealthCheck, "ChangeHealthCheck", 3},
    Kind{Act::ChangeVolumes, "ChangeVolumes", 3},
    Kind{Act::ChangeDeletion, "ChangeDeletion", 2},
    Kind{Act::ChangeGrace, "ChangeGrace", 1},
    Kind{Act::ChangeSecret, "ChangeSecret", 2},
    Kind{Act::ChangeRollout, "ChangeRollout", 2},
    Kind{Act::ChangeSuspend, "ChangeSuspend", 2},
    Kind{Act::ChangeDomain, "ChangeDomain", 1},
    Kind{Act::Undeclare, "Undeclare", 7},
    Kind{Act::Declare, "Declare", 8},
    Kind{Act::Rename, "Rename", 4},
    Kind{Act::MoveSource, "MoveSource", 2},
    Kind{Act::Delete, "Delete", 4},
    Kind{Act::AskRestart, "AskRestart", 5},
    Kind{Act::AskSuspend, "AskSuspend", 4},
    Kind{Act::AskResume, "AskResume", 5},
    Kind{Act::AskSuspendAll, "AskSuspendAll", 1},
    Kind{Act::AskResumeAll, "AskResumeAll", 2},
    Kind{Act::AskAccept, "AskAccept", 4},
    Kind{Act::AskConfirm, "AskConfirm", 2},
    Kind{Act::SourceUnreadable, "SourceUnreadable", 4},
    Kind{Act::SourceHalfWritten, "SourceHalfWritten", 3},
    Kind{Act::SourceEmptied, "SourceEmptied", 1},
    Kind{Act::SourceMoved, "SourceMoved", 2},
    Kind{Act::SourceMended, "SourceMended", 6},
    Kind{Act::HandStop, "HandStop", 6},
    Kind{Act::HandStart, "HandStart", 3},
    Kind{Act::HandKill, "HandKill", 5},
    Kind{Act::HandPause, "HandPause", 3},
    Kind{Act::HandRemove, "HandRemove", 4},
    Kind{Act::HandRename, "HandRename", 3},
    Kind{Act::HandDisconnect, "HandDisconnect", 3},
    Kind{Act::HandConnect, "HandConnect", 2},
    Kind{Act::HandLimits, "HandLimits", 3},
    Kind{Act::HandPolicy, "HandPolicy", 3},
    Kind{Act::HandRecreate, "HandRecreate", 3},
    Kind{Act::HandCommitCopy, "HandCommitCopy", 2},
    Kind{Act::HandVolumeRemove, "HandVolumeRemove", 3},
    Kind{Act::HandVolumeDirectory, "HandVolumeDirectory", 1},
    Kind{Act::HandVolumePrune, "HandVolumePrune", 1},
    Kind{Act::HandContainerPrune, "HandContainerPrune", 2},
    Kind{Act::HandHold, "HandHold", 2},
    Kind{Act::HandNetwork, "HandNetwork", 2},
    Kind{Act::HandUntag, "HandUntag", 2},
    Kind{Act::HandRetag, "HandRetag", 2},
    Kind{Act::HandForeignContainer, "HandForeignContainer", 2},
    Kind{Act::HandForeignVolume, "HandForeignVolume", 3},
    Kind{Act::HandForeignGone, "HandForeignGone", 4},
    Kind{Act::ProcessExits, "ProcessExits", 5},
    Kind{Act::WriteData, "WriteData", 8},
    Kind{Act::EngineRestart, "EngineRestart", 4},
    Kind{Act::EngineAway, "EngineAway", 2},
    Kind{Act::SlowStops, "SlowStops", 2},
    Kind{Act::EventsLost, "EventsLost", 3},
    Kind{Act::EventsMangled, "EventsMangled", 3},
    Kind{Act::DiskLow, "DiskLow", 2},
    Kind{Act::StaleReads, "StaleReads", 3},
    Kind{Act::FaultAtCall, "FaultAtCall", 22},
    Kind{Act::FaultAtRead, "FaultAtRead", 6},
    Kind{Act::Crash, "Crash", 8},
    Kind{Act::CrashAndForget, "CrashAndForget", 2},
    Kind{Act::ClockJump, "ClockJump", 2},
    Kind{Act::Quiet, "Quiet", 10},
};

/// Mostly short, so that things happen within each other; now and then long enough for delays.
Duration make_wait(SeededRandom& random) {
  const auto dice = random.below(100);
  if (dice < 25) return Duration{0};
  if (dice < 60) return Duration{static_cast<std::int64_t>(random.below(1'500))};
  if (dice < 92) return Duration{static_cast<std::int64_t>(random.below(8'000))};
  if (dice < 99) return Duration{static_cast<std::int64_t>(random.below(90'000))};
  return Duration{static_cast<std::int64_t>(random.below(300'000))};
}

}  // namespace

std::string_view to_string(Act act) {
  for (const auto& kind : kKinds) {
    if (kind.act == act) return kind.name;
  }
  return "?";
}

std::string describe(const Operation& operation) {
  return fmt::format("{} box={} value={} wait={}", to_string(operation.act), operation.box,
                     operation.value, operation.wait.count());
}

bool read_operation(const std::string& line, Operation& operation) {
  std::istringstream words(line);
  std::string name;
  std::string field;
  if (!(words >> name)) return false;
  bool known = false;
  for (const auto& kind : kKinds) {
    if (kind.name != name) continue;
    operation = {kind.act, 0, 0, Duration{0}};
    known = true;
  }
  while (words >> field) {
    const auto equals = field.find('=');
    if (equals == std::string::npos) return false;
    const auto number = std::strtoll(field.c_str() + equals + 1, nullptr, 10);
    if (field.starts_with("box")) operation.box = static_cast<std::uint32_t>(number);
    if (field.starts_with("value")) operation.value = static_cast<std::uint32_t>(number);
    if (field.starts_with("wait")) operation.wait = Duration{number};
  }
  return known;
}

std::vector<Operation> make_operations(std::uint64_t seed, int count) {
  SeededRandom random(seed * 2 + 1);
  const auto sum =
      std::accumulate(kKinds.begin(), kKinds.end(), 0U,
                      [](unsigned so_far, const Kind& kind) { return so_far + kind.weight; });
  std::vector<Operation> list;
  list.reserve(static_cast<std::size_t>(count));
  while (list.size() < static_cast<std::size_t>(count)) {
    auto dice = random.below(sum);
    const Kind* chosen = &kKinds.back();
    for (const auto& kind : kKinds) {
      if (dice < kind.weight) {
        chosen = &kind;
        break;
      }
      dice -= kind.weight;
    }
    Operation next;
    next.act = chosen->act;
    next.box = static_cast<std::uint32_t>(random.below(64));
    next.value = static_cast<std::uint32_t>(random.below(1'000));
    next.wait = make_wait(random);
    // What begins a delay is often followed by enough time for it.
    const bool begins_delay = next.act == Act::Undeclare || next.act == Act::Delete ||
                              (next.act >= Act::SourceUnreadable && next.act <= Act::SourceMoved);
    if (begins_delay && random.chance(35)) {
      next.wait = Duration{static_cast<std::int64_t>(30'000 + random.below(120'000))};
    }
    list.push_back(next);
  }
  return list;
}

}  // namespace boxwright::test
