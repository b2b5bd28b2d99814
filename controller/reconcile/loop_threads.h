#pragma once
// Private to the loop: its threads and what they share.

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "controller/reconcile/hold.h"
#include "controller/reconcile/loop.h"
#include "controller/reconcile/work_queue.h"

namespace boxwright::reconcile {

/// What a worker learnt about a standing order; written by the keeper alone.
struct OrderNews {
  enum class Kind { Bound, Done, Failed };
  Kind kind = Kind::Done;
  std::int64_t id = 0;
  std::string text;
};

/// One keeper (sources, relist, decisions), one follower of events, and workers.
class Loop::Threads {
 public:
  explicit Threads(Parts parts);

  void add_source(std::unique_ptr<specs::SpecSource> source) {
    intake_.add_source(std::move(source));
  }
  [[nodiscard]] Status run(const std::stop_token& stop, const Bounded* bounded);
  [[nodiscard]] std::vector<BoxResult> results(const Bounded& bounded) const;

 private:
  // The keeper.
  [[nodiscard]] Status keep(const std::stop_token& stop, const Bounded* bounded);
  [[nodiscard]] Status tick(const Bounded* bounded, const std::stop_token& stop);
  [[nodiscard]] Status relist(const Bounded* bounded, const std::stop_token& stop);
  void patrol();
  [[nodiscard]] bool is_bystander(const BoxName& name) const;
  void expect_looks(const std::vector<BoxName>& names);
  void sweep(const std::stop_token& stop);
  void remove_old_layers();
  [[nodiscard]] Status decide(const Bounded* bounded);
  void finish_told();
  void publish();
  [[nodiscard]] bool is_stale() const;
  [[nodiscard]] bool is_settled(const Bounded& bounded) const;
  [[nodiscard]] bool makes_no_more_volumes(const Bounded& bounded) const;
  /// A run that acts on no box touches nothing else either.
  [[nodiscard]] bool acts() const { return !only_ || !only_->empty(); }
  [[nodiscard]] bool concerns(const Bounded& bounded, const state::BoxRecord& box) const;
  void say_once(std::string& last, std::string line);
  void wait_for_tick(const std::stop_token& stop);
  void wake_keeper();

  // The holder.
  void hold(const std::stop_token& stop);
  void wake_holder();

  // The follower.
  void follow(const std::stop_token& stop);
  void ask_relist(bool gap);
  void take_event(const engine::EngineEvent& event);
  [[nodiscard]] BoxName box_of(const engine::EngineEvent& event) const;

  // The workers.
  void work(const std::stop_token& stop);
  void work_on(const BoxName& key, const std::stop_token& stop);
  void put_back(const BoxName& key, const Outcome& outcome);
  void enqueue(const BoxName& key, Priority priority);
  [[nodiscard]] bool is_off_limits(const BoxName& key) const;
  void call_next(MonoTime now);
  void end_passages();

  Parts parts_;
  SlotPool slots_;
  Intake intake_;
  Hold hold_;
  Reconciler reconciler_;

  std::optional<std::set<BoxName>> only_;  ///< Set before the threads begin.

  // Keeper's own.
  std::optional<state::ObservedFleet> observed_;
  std::optional<MonoTime> last_relist_;
  MonoTime next_relist_{};
  MonoTime next_removal_of_layers_{};
  MonoTime listed_from_{};  ///< When the relist in hand began.
  int relist_failures_ = 0;
  std::optional<std::int64_t> counter_;
  std::optional<Intaken> intaken_;
  std::string said_engine_;
  std::string said_store_;
  std::string said_hold_;
  std::string said_layers_;
  std::map<ContainerId, std::string> said_leftovers_;
  bool is_ready_ = false;
  bool must_decide_ = true;

  mutable std::mutex mutex_;
  std::condition_variable_any work_changed_;
  std::condition_variable_any keeper_changed_;
  std::condition_variable_any hold_changed_;
  // Guarded by mutex_.
  WorkQueue queue_;
  std::map<BoxName, Priority> priorities_;
  std::set<BoxName>
      visited_;  ///< Had a whole pass since their record last changed, or a gap in the events.
  std::set<BoxName> open_passages_;
  bool has_decided_ = false;    ///< At least once: orders and orphans are known.
  std::set<BoxName> orphaned_;  ///< No source of this run has them: shown, never touched.
  std::map<ContainerId, BoxName> box_by_container_;
  std::vector<OrderNews> order_news_;
  std::string look_failure_;
  bool relist_asked_ = false;
  bool gap_ = false;  ///< Events were missed, and nothing was listed since.
  bool removal_done_ = false;
  bool status_changed_ = false;
  bool keeper_woken_ = false;
  bool hold_woken_ = false;
};

}  // namespace boxwright::reconcile
