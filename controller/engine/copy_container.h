#pragma once
// A container that is never started: it only lends its mounts to the engine's archive calls, so
// that volumes can be read and written without a program in any image.

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "controller/engine/engine.h"

namespace boxwright::engine {

/// What such a container carries as its role; it has no box's UID, so it is no box's container.
inline constexpr const char* kRoleCopy = "copy";
/// One that is older than this was left behind by a process that was killed.
inline constexpr Duration kCopyAtMost{24LL * 3600 * 1000};

/// Whether this is a left-over of that kind: ours by installation and role, never started, and old.
[[nodiscard]] bool is_copy_leftover(const state::ObservedContainer& container, WallTime now);

struct CopyHelperPlan {
  Installation installation;
  BoxName box;  ///< Whom it is for; goes into its name.
  Attempt attempt;
  state::ImageConfig image;          ///< Any that the engine has; its own volumes are covered.
  std::vector<state::Mount> mounts;  ///< At least one; each volume must exist.
};

/// Removes the container when it is done with, also on an early return.
class CopyHelper {
 public:
  /// The volumes must have been seen just now: the engine makes a missing one silently.
  [[nodiscard]] static Result<std::unique_ptr<CopyHelper>> make(Engine& engine,
                                                                const CopyHelperPlan& plan,
                                                                std::stop_token stop);
  ~CopyHelper();
  CopyHelper(const CopyHelper&) = delete;
  CopyHelper& operator=(const CopyHelper&) = delete;

  [[nodiscard]] const ContainerId& id() const { return id_; }
  /// A failure leaves it to whoever removes leftovers.
  [[nodiscard]] Status remove();

 private:
  CopyHelper(Engine& engine, ContainerId id) : engine_(engine), id_(std::move(id)) {}

  Engine& engine_;
  ContainerId id_;
  bool removed_ = false;
};

}  // namespace boxwright::engine
