// What is no box's and has had its time: helper containers that a killed command left behind, and
// old saved layers.

#include <fmt/core.h>

#include <algorithm>

#include "controller/engine/copy_container.h"
#include "controller/reconcile/loop_threads.h"

namespace boxwright::reconcile {

namespace {

/// Between two looks for saved layers that are old.
constexpr Duration kLayersLookedAt{3'600'000};

}  // namespace

/// One a relist: nobody is in a hurry, and the keeper has other things to do. One that cannot be
/// removed is told once, and keeps no other.
void Loop::Threads::sweep(const std::stop_token& stop) {
  // What holds for all boxes holds for what is no box's.
  if (!intaken_ || plan::is_suspended({}, intaken_->orders->requests)) return;
  const auto& containers = observed_->containers;
  std::erase_if(said_leftovers_, [&containers](const auto& said) {
    return std::none_of(containers.begin(), containers.end(),
                        [&said](const auto& one) { return one.id == said.first; });
  });
  for (const auto& container : containers) {
    if (!engine::is_copy_leftover(container, parts_.clock.wall_now())) continue;
    const engine::Step step{engine::RemoveContainer{container.id},
                            "a command that copied volumes left it behind"};
    const auto slot = slots_.try_take(engine::slot_class(step));
    if (!slot) return;
    const auto removed = parts_.engine.perform(step, {}, stop);
    if (removed)
      return parts_.say(fmt::format("removed container {}: {}", container.name, step.cause));
    say_once(said_leftovers_[container.id], removed.error().message);
  }
}

void Loop::Threads::remove_old_layers() {
  const auto now = parts_.clock.mono_now();
  if (now < next_removal_of_layers_) return;
  next_removal_of_layers_ = now + kLayersLookedAt;
  const auto removed = layers::remove_expired(parts_.layers, parts_.clock.wall_now());
  if (!removed) return say_once(said_layers_, "saved layers: " + removed.error().message);
  said_layers_.clear();
  if (*removed > 0) {
    parts_.say(fmt::format("saved layers: {} whose time is over removed", *removed));
  }
}

}  // namespace boxwright::reconcile
