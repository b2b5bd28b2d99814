#pragma once
// What people, their hands, the engine and chance do to a world: plain values, made from a seed
// before anything runs, so that a history can be repeated and cut down.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "specs/base/units.h"

namespace boxwright::test {

enum class Act : std::uint8_t {
  // Specs.
  ChangeEnv,
  ChangeImage,
  ChangeMemory,
  ChangeCpus,
  ChangeRestartPolicy,
  ChangePower,
  ChangeHealthCheck,
  ChangeVolumes,
  ChangeDeletion,
  ChangeGrace,
  ChangeSecret,
  ChangeRollout,
  ChangeSuspend,
  ChangeDomain,
  Undeclare,
  Declare,
  Rename,
  MoveSource,
  // Requests.
  Delete,
  AskRestart,
  AskSuspend,
  AskResume,
  AskSuspendAll,
  AskResumeAll,
  AskAccept,
  AskConfirm,
  // Sources.
  SourceUnreadable,
  SourceHalfWritten,
  SourceEmptied,
  SourceMoved,
  SourceMended,
  // Hands.
  HandStop,
  HandStart,
  HandKill,
  HandPause,
  HandRemove,
  HandRename,
  HandDisconnect,
  HandConnect,
  HandLimits,
  HandPolicy,
  HandRecreate,
  HandCommitCopy,
  HandVolumeRemove,
  HandVolumeDirectory,
  HandVolumePrune,
  HandContainerPrune,
  HandHold,
  HandNetwork,
  HandUntag,
  HandRetag,
  HandForeignContainer,
  HandForeignVolume,
  HandForeignGone,
  ProcessExits,
  WriteData,
  // Engine and time.
  EngineRestart,
  EngineAway,
  SlowStops,
  EventsLost,
  EventsMangled,
  DiskLow,
  StaleReads,
  FaultAtCall,
  FaultAtRead,
  Crash,
  CrashAndForget,
  ClockJump,
  Quiet,
};

struct Operation {
  Act act = Act::Quiet;
  std::uint32_t box = 0;    ///< Which box, modulo their number.
  std::uint32_t value = 0;  ///< Which of several, as the act reads it.
  Duration wait{0};         ///< Time that passes after it.
  bool operator==(const Operation&) const = default;
};

[[nodiscard]] std::string_view to_string(Act act);
/// `HandStop box=1 value=3 wait=250`: what `--replay` reads again.
[[nodiscard]] std::string describe(const Operation& operation);
/// Reads what `describe` wrote; false: it is none.
[[nodiscard]] bool read_operation(const std::string& line, Operation& operation);

[[nodiscard]] std::vector<Operation> make_operations(std::uint64_t seed, int count);

}  // namespace boxwright::test
