// The holder: keeps the container that holds volumes, beside the workers, so that a slow engine
// call for it delays nobody.

#include "controller/reconcile/loop_threads.h"

namespace boxwright::reconcile {

void Loop::Threads::hold(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto due = hold_.due();
    const bool is_due = due && *due <= parts_.clock.mono_now();
    if (is_due) hold_.advance(stop);
    for (const auto& box : hold_.take_served())
      enqueue(box, Priority::Event);
    if (is_due) {
      wake_keeper();
      continue;
    }
    std::unique_lock lock(mutex_);
    const auto is_woken = [this] { return std::exchange(hold_woken_, false); };
    if (due) {
      hold_changed_.wait_until(lock, stop, *due, is_woken);
    } else {
      hold_changed_.wait(lock, stop, is_woken);
    }
  }
}

void Loop::Threads::wake_holder() {
  const std::lock_guard lock(mutex_);
  hold_woken_ = true;
  hold_changed_.notify_all();
}

}  // namespace boxwright::reconcile
