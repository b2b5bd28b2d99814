#pragma once
// Two instances of one installation never act together.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "specs/base/error.h"
#include "specs/base/ids.h"
#include "state/observed.h"

namespace boxwright::reconcile {

/// Who holds a lock, as it wrote it down.
struct LockHolder {
  int pid = 0;
  std::string user;
  std::string state_path;
  std::string verb;  ///< `run`, `apply`.
};

/// Held (flock) as long as it lives; the kernel lets go of it with the process.
class InstanceLock {
 public:
  virtual ~InstanceLock() = default;
};

/// Both locks: one on the installation at this engine (`boxwright-<hash of installation, engine ID,
/// data root>` in `lock_dir`, whatever --state says), one beside the state file. Conflict/Terminal
/// when either is held: the message says by whom and what to do.
[[nodiscard]] Result<std::unique_ptr<InstanceLock>> take_instance_lock(
    const Installation& installation, const state::EngineFacts& engine,
    const std::filesystem::path& lock_dir, const std::filesystem::path& state_file,
    const LockHolder& me);

/// Who holds the state file's lock at present; nullopt: nobody.
[[nodiscard]] std::optional<LockHolder> lock_holder(const std::filesystem::path& state_file);

/// `/run/lock` where it can be written, else the temporary directory.
[[nodiscard]] std::filesystem::path default_lock_dir();

}  // namespace boxwright::reconcile
