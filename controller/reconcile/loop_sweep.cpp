// What a killed command left behind: helper containers that lent their mounts to a copy.

#include <fmt/core.h>

#include "controller/engine/copy_container.h"
#include "controller/reconcile/loop_threads.h"

namespace boxwright::reconcile {

/// One a relist: nobody is in a hurry, and the keeper has other things to do.
void Loop::Threads::sweep(const std::stop_token& stop) {
  // What holds for all boxes holds for what is no box's.
  if (!intaken_ || plan::is_suspended({}, intaken_->orders->requests)) return;
  for (const auto& container : observed_->containers) {
    if (!engine::is_copy_leftover(container, parts_.clock.wall_now())) continue;
    const engine::Step step{engine::RemoveContainer{container.id},
                            "a command that copied volumes left it behind"};
    auto slot = slots_.try_take(engine::slot_class(step));
    if (!slot) return;
    const auto removed = parts_.engine.perform(step, {}, stop);
    parts_.say(removed ? fmt::format("removed container {}: {}", container.name, step.cause)
                       : removed.error().message);
    return;
  }
}

}  // namespace boxwright::reconcile
