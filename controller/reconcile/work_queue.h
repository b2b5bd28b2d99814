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

/// Between the end of a look at a box and the next one that events alone ask for. What Boxwright
/// does to a box makes a dozen events, which are one reason to look and not twelve.
inline constexpr Duration kEventPace{200};

/// Not thread-safe and without a clock: the loop guards it and passes the time in.
class WorkQueue {
 public:
  /// Ready at once; for an event, at the pace of events. While the key is being worked on, it is
  /// only marked to run again. While it waits for a slot, only a person's change wakes it.
  void add(const BoxName& key, Priority priority, MonoTime now);
  /// Ready after the delay; of several delays for one key the earliest counts.
  void add_after(const BoxName& key, Duration delay, Priority priority, MonoTime now);
  /// Waits for a slot of this class to come free.
  void park(const BoxName& key, engine::SlotClass slot, Priority priority);
  /// So many slots are free: as many of the keys that wait for such a slot are ready, the most
  /// urgent first, less those that were woken before and are still on their way. Each look at a box
  /// costs the engine seven calls, so those that would find the slot taken are left.
  void unpark(engine::SlotClass slot, int free, MonoTime now);

  /// The next ready key, which is then being worked on until `done`.
  [[nodiscard]] std::optional<BoxName> take(MonoTime now);
  /// `looked_at`: when the last look at it began. What was asked for before that is answered.
  void done(const BoxName& key, MonoTime now, std::optional<MonoTime> looked_at = std::nullopt);

  /// When the next key becomes ready; nullopt: none is waiting for a time.
  [[nodiscard]] std::optional<MonoTime> next_ready() const;
  /// Being worked on, or would be if a worker were free, or an event waits to be looked into.
  [[nodiscard]] bool is_due(const BoxName& key, MonoTime now) const;
  [[nodiscard]] bool is_working() const { return !processing_.empty(); }
  [[nodiscard]] std::size_t working() const { return processing_.size(); }

 private:
  struct Entry {
    MonoTime ready;
    Priority priority = Priority::Periodic;
    MonoTime asked_at{};
  };
  void put(std::map<BoxName, Entry>& queue, const BoxName& key, const Entry& entry);
  void forget_parked(const BoxName& key);
  [[nodiscard]] bool is_parked(const BoxName& key) const;
  [[nodiscard]] MonoTime ready_for(const BoxName& key, Priority priority, MonoTime now) const;

  /// A periodic look that has waited this long goes before everything newer.
  static constexpr Duration kAgeing{5'000};

  std::map<BoxName, Entry> waiting_;
  std::map<BoxName, Entry> again_;  ///< Asked for while being worked on.
  std::set<BoxName> processing_;
  std::map<engine::SlotClass, std::map<BoxName, Priority>> parked_;
  std::map<engine::SlotClass, std::set<BoxName>> woken_;  ///< By a free slot, and not yet done.
  std::map<BoxName, MonoTime> ended_;                     ///< Looks of the last moment.
};

}  // namespace boxwright::reconcile
