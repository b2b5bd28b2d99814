#pragma once
// Who of a source may be replaced now: what every look reported, and whose turn it is. The decision
// itself is pure (plan/rollout.h).

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "controller/plan/rollout.h"
#include "specs/base/clock.h"

namespace boxwright::reconcile {

/// Thread-safe. Nothing here outlives the process: after a restart every box is looked at before a
/// replacement is begun that was not begun before.
class RolloutBoard {
 public:
  /// A box whose next look matters to the others: none that is new begins before it, but for
  /// kLongestUnknown, so that one that cannot be looked at holds up nobody for long.
  void expect(const BoxName& name, MonoTime now);
  /// What a look showed that left nothing open. A turn that was given ends with the first look that
  /// needs none.
  void report(plan::RolloutStanding standing, const specs::RolloutLimits& limits);
  /// It is not ours to go on with at present, or fails for long: it takes nobody's turn.
  void leave_out(const BoxName& name);
  /// It has failed on the way and rests: others may take its turn, but not that of one in the
  /// middle of its replacement, or two would be on trial at once.
  void rest(const BoxName& name);
  /// It could not be looked at: one that has its turn keeps it until a look says otherwise.
  void lose_sight(const BoxName& name);
  void forget(const BoxName& name);

  /// May this box, which is due, begin or go on? Gives it the turn then: nullopt. Else when to ask
  /// again, if it is not called before.
  [[nodiscard]] std::optional<Duration> try_begin(const BoxName& name, MonoTime now);
  /// It has asked, and its turn has not come.
  [[nodiscard]] bool is_waiting(const BoxName& name, MonoTime now) const;
  /// Boxes that wait, and whose turn has come since they were told last; and those that a halted
  /// rollout held, once it is not.
  [[nodiscard]] std::vector<BoxName> take_called(MonoTime now);

  /// Why no further box of the source begins, for the one that asks (empty: nobody does); empty: it
  /// may.
  [[nodiscard]] std::string halted(const plan::RolloutQuestion& question, const BoxName& asks = {});

  static constexpr Duration kLongestUnknown{5'000};
  static constexpr Duration kTurnPoll{30'000};

 private:
  struct Entry {
    plan::RolloutStanding standing;
    specs::RolloutLimits limits;
    MonoTime expected_at{};
    bool called = false;
  };
  [[nodiscard]] std::vector<BoxName> ready(const SourceName& source, MonoTime now) const;
  [[nodiscard]] bool is_any_unknown(MonoTime now) const;
  void take_turn_from(const BoxName& name, Entry& entry);
  void call_halted(const SourceName& source);

  mutable std::mutex mutex_;
  std::map<BoxName, Entry> entries_;
  /// Boxes that wait for their turn: with none, take_called costs nothing.
  std::set<BoxName> waiting_;
  std::map<BoxName, SourceName> halted_;
  std::set<BoxName> recalled_;
};

}  // namespace boxwright::reconcile
