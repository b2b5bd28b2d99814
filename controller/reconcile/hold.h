#pragma once
// Keeps the container that holds volumes as it should be (design 8.12): one look, one step at a
// time, beside the passes. A pass that is about to take a volume's last running container away asks
// here first. Owns no thread, never sleeps.

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "controller/engine/engine.h"
#include "controller/plan/hold.h"
#include "controller/reconcile/backoff.h"
#include "state/store.h"

namespace boxwright::reconcile {

/// What a pass must know before its next step.
struct HoldDemand {
  std::set<VolumeName> keep;    ///< Must be held first: what mounts them is to stop or to go.
  std::set<VolumeName> let_go;  ///< Must not be held any more: they are to be removed.
  [[nodiscard]] bool empty() const { return keep.empty() && let_go.empty(); }
  bool operator==(const HoldDemand&) const = default;
};

/// Thread-safe; `advance` is called by one thread only.
class Hold {
 public:
  struct Parts {
    engine::Engine& engine;
    state::Store& store;
    const Clock& clock;
    Random& random;
    Installation installation;
    /// Told of every call that was made. May be empty.
    std::function<void(const state::Event&)> event;
    /// `due` may have come nearer, and `take_served` may give some. Called without a lock. May be
    /// empty.
    std::function<void()> wake;
  };
  explicit Hold(Parts parts);

  /// What a relist shows. `taken`: when it began; one that a look of our own has overtaken says
  /// nothing.
  void look_at(const state::ObservedFleet& fleet, MonoTime taken);
  /// Volumes came or went, or somebody touched a hold.
  void hint();
  /// Everything is suspended: only what a pass asks for is done. So it is until this is told.
  void set_suspended(bool suspended);
  /// A bounded run waits for nothing else any more.
  void hurry();

  /// Whether the pass of this box may go on. Where it may not, the box is in `take_served` once it
  /// may. The demand stands until the next call for that box; an empty one takes it back. A hold
  /// that cannot be made holds up no box for long.
  [[nodiscard]] bool ask(const BoxName& box, const HoldDemand& demand);
  [[nodiscard]] std::vector<BoxName> take_served();

  /// When there is something to do; nullopt: nothing until told.
  [[nodiscard]] std::optional<MonoTime> due() const;
  /// Looks, and makes at most one call that changes something. A call that the engine says yes to
  /// and that changes nothing counts as one that failed.
  void advance(const std::stop_token& stop);

  /// Nothing is left to do, or it cannot be done at present.
  [[nodiscard]] bool is_settled() const;
  /// Why volumes cannot be held; empty: they can.
  [[nodiscard]] std::string trouble() const;
  /// A hold was made so lately that the engine's events may still tell of its mounts.
  [[nodiscard]] bool was_just_made() const;

 private:
  struct Standing {
    HoldDemand demand;
    MonoTime since{};
    /// All was done for it that can be.
    bool answered = false;
  };

  void note_change();
  void take_back(const BoxName& box);
  [[nodiscard]] plan::HoldInput input_of(const state::ObservedHolds& holds,
                                         const std::vector<state::ObservedVolume>& volumes) const;
  [[nodiscard]] bool is_served(const Standing& standing) const;
  [[nodiscard]] bool has_waiting() const;
  [[nodiscard]] bool is_failing() const;
  void note_holds(const state::ObservedHolds& holds);
  void note_failure(const Error& error);
  [[nodiscard]] engine::Step step_for(const plan::HoldAction& action, bool image_there);
  [[nodiscard]] bool was_done(const plan::HoldAction& action, bool image_there) const;
  [[nodiscard]] bool perform(const engine::Step& step, const std::stop_token& stop);
  void tell(const engine::Step& step, const std::string& result, const std::string& message,
            Duration took);
  void wake() const;

  Parts parts_;
  mutable std::mutex mutex_;
  // Guarded by mutex_.
  std::set<VolumeName> held_;
  std::set<VolumeName> mounted_;
  std::map<BoxName, Standing> standing_;
  std::set<BoxName> waiting_;  ///< Were told no.
  std::optional<MonoTime> dirty_since_;
  MonoTime dirty_last_{};
  MonoTime looked_at_{};
  std::optional<MonoTime> made_at_;
  std::uint64_t hints_ = 0;
  Backoff backoff_;
  std::string trouble_;
  bool hurried_ = false;
  bool more_ = false;  ///< The last step was not the last one.
  /// What was carried out since all was as it should be, and whether the image was there. Only
  /// `advance` has to do with it.
  std::vector<std::pair<plan::HoldAction, bool>> done_;
  bool suspended_ = true;
};

}  // namespace boxwright::reconcile
