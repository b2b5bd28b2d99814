// The follower: events only make boxes be looked at sooner. Losing any of them costs one relist.

#include <algorithm>

#include "controller/reconcile/loop_threads.h"

namespace boxwright::reconcile {

namespace {

constexpr Duration kReconnectFirst{500};
constexpr Duration kReconnectLongest{10'000};

bool is_hand(const std::string& action) {
  return action == "kill" || action == "stop" || action == "pause";
}

}  // namespace

void Loop::Threads::follow(const std::stop_token& stop) {
  Duration delay = kReconnectFirst;
  bool first = true;
  while (!stop.stop_requested()) {
    (void)parts_.engine.follow_events(
        [&] {
          delay = kReconnectFirst;
          ask_relist(!std::exchange(first, false));
        },
        [this](const engine::EngineEvent& event) { take_event(event); }, stop);
    // An engine that is gone is noticed, and told, now and not with the next periodic look.
    ask_relist(true);
    std::unique_lock lock(mutex_);
    keeper_changed_.wait_for(lock, stop, delay, [] { return false; });
    delay = std::min(delay * 2, kReconnectLongest);
  }
}

/// `gap`: nobody listened for a while. What ended then is held against nobody, and what was seen
/// before must be seen again.
void Loop::Threads::ask_relist(bool gap) {
  if (gap) reconciler_.note_blind_spot();
  const std::lock_guard lock(mutex_);
  if (gap) {
    visited_.clear();
    gap_ = true;
  }
  relist_asked_ = true;
  keeper_woken_ = true;
  keeper_changed_.notify_all();
}

BoxName Loop::Threads::box_of(const engine::EngineEvent& event) const {
  if (!event.box.empty() || event.container.empty()) return event.box;
  const std::lock_guard lock(mutex_);
  const auto found = box_by_container_.find(event.container);
  return found == box_by_container_.end() ? BoxName{} : found->second;
}

void Loop::Threads::take_event(const engine::EngineEvent& event) {
  if (event.of_hold) {
    hold_.hint();
    return;
  }
  // Engine 20.10 tells of every volume that a hold mounts as if it had just been made.
  const bool is_volume = !event.box.empty() && event.container.empty() && event.action == "create";
  if (is_volume && hold_.was_just_made()) return;
  const auto box = box_of(event);
  if (!box.empty()) {
    if (is_hand(event.action)) reconciler_.note_hand(box, event.container);
    // Events come in dozens and are one reason to look; that a container is gone is the last of
    // them, and somebody may be waiting for the next.
    enqueue(box, event.action == "destroy" ? Priority::User : Priority::Event);
    return;
  }
  ask_relist(false);
}

}  // namespace boxwright::reconcile
