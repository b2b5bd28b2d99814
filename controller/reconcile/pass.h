#pragma once
// Private to the reconciler: everything one pass over one box works with.

#include "controller/plan/wanted.h"
#include "controller/reconcile/reconciler.h"
#include "state/secret_files.h"

namespace boxwright::reconcile {

struct Reconciler::Entry {
  std::mutex mutex;  ///< Held for a whole pass.
  BoxMemory memory;
  std::uint64_t blind_spots = 0;
  bool removed_container = false;     ///< And that it is gone has not been told yet.
  std::optional<MonoTime> looked_at;  ///< When the last pass began its look at the engine.
};

/// It was not there to answer: no news of what was asked. A full disk of ours is none of its.
[[nodiscard]] inline bool is_engine_away(const Error& error) {
  return error.code == ErrorCode::Cancelled ||
         (error.retry == RetryClass::Transient &&
          (error.code == ErrorCode::Unavailable || error.code == ErrorCode::DeadlineExceeded));
}

/// What is known of the image that a container was made from.
[[nodiscard]] inline state::ImageConfig image_of(const state::ObservedBox& observed,
                                                 const state::ObservedContainer& container) {
  const auto image = observed.container_images.find(container.image_id);
  return image == observed.container_images.end() ? state::ImageConfig{} : image->second;
}

struct Reconciler::Pass {
  BoxName name;
  bool leaving = false;
  std::stop_token stop;
  MonoTime now{};

  std::shared_ptr<const Orders> orders;
  Entry* entry = nullptr;
  BoxMemory* memory = nullptr;
  state::BoxRecord record;
  state::ObservedBox observed;
  bool is_fresh = false;  ///< Observed by itself, and not cut out of a relist.
  state::ResolvedSecrets secrets;
  plan::Wanted wanted;
  plan::PlanInput input;
  plan::BoxPlan plan;
  std::vector<state::Request> requests;  ///< Pending accepts and restarts of this box.

  bool waits_for_turn = false;  ///< Others of its source are replaced first.

  /// Between the stop of the last running container and one that runs again.
  bool in_passage = false;
  /// What backoff compares: the same box in the same state is not tried early.
  [[nodiscard]] std::string fingerprint() const;
};

}  // namespace boxwright::reconcile
