#pragma once
// Which box is looked at next. Keys coalesce: at most one worker and one pending run per box.

#include <array>
#include <map>
#include <optional>
#include <set>

#include "controller/engine/step.h"
#include "specs/base/clock.h"
#include "specs/base/ids.h"

namespace boxwright::reconcile {

/// Lower comes first: what a person changed goes before routine looks.
enum class Priority { User, Event, Retry, Periodic };

/// Not thread-safe and without a clock: the loop guards it and passes the time in.
class WorkQueue {
 public:
  /// Ready at once. While the key is being worked on, it is only marked to run again.
  void add(const BoxName& key, Priority priority, MonoTime now);
  /// Ready after the delay; of several delays for one key the earliest counts.
  void add_after(const BoxName& key, Duration delay, Priority priority, MonoTime now);
  /// Waits for a slot of this class to come free.
  void park(const BoxName& key, engine::SlotClass slot, Priority priority);
  /// One slot came free: one key that waits for such a slot is ready, the most urgent. Each look at
  /// a box costs the engine seven calls, so those that would find the slot taken are left.
  void unpark(engine::SlotClass slot, MonoTime now);

  /// The next ready key, which is then being worked on until `done`.
  [[nodiscard]] std::optional<BoxName> take(MonoTime now);
  void done(const BoxName& key, MonoTime now);

  /// When the next key becomes ready; nullopt: none is waiting for a time.
  [[nodiscard]] std::optional<MonoTime> next_ready() const;
  /// Being worked on, or would be if a worker were free.
  [[nodiscard]] bool is_due(const BoxName& key, MonoTime now) const;
  [[nodiscard]] bool is_working() const { return !processing_.empty(); }
  [[nodiscard]] std::size_t working() const { return processing_.size(); }

 private:
  void forget_parked(const BoxName& key);

  struct Entry {
    MonoTime ready;
    Priority priority = Priority::Periodic;
  };
  /// A periodic look that has waited this long goes before everything newer.
  static constexpr Duration kAgeing{5'000};

  std::map<BoxName, Entry> waiting_;
  std::map<BoxName, Entry> again_;  ///< Asked for while being worked on.
  std::set<BoxName> processing_;
  std::map<engine::SlotClass, std::map<BoxName, Priority>> parked_;
};

}  // namespace boxwright::reconcile
