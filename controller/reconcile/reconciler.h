#pragma once
// One pass for one box: read, observe, plan, lower, perform one step. Owns no thread, never sleeps.

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "controller/engine/engine.h"
#include "controller/layers/layer_files.h"
#include "controller/plan/plan_box.h"
#include "controller/reconcile/box_memory.h"
#include "controller/reconcile/hold.h"
#include "controller/reconcile/rollout_board.h"
#include "controller/reconcile/slots.h"
#include "controller/reconcile/summary.h"
#include "specs/base/digest.h"
#include "state/store.h"

namespace boxwright::plan {
struct PurgeOrder;
}  // namespace boxwright::plan

namespace boxwright::reconcile {

/// What holds for all boxes at this moment, put together by the intake. Immutable once handed over.
struct Orders {
  std::vector<state::Request> requests;
  /// Problems of declarations by box: a claim that is not obeyed, a file that does not parse.
  std::map<BoxName, std::string> problems;
  std::set<std::int64_t> obeyed;  ///< Of the requests: rollbacks that are in force.
  bool observation_stale = false;
  bool disk_low = false;
  /// When a person let the halted rollout of a source go on.
  std::map<SourceName, WallTime> rollout_resumed = {};

  [[nodiscard]] std::optional<WallTime> resumed(const SourceName& source) const {
    const auto found = rollout_resumed.find(source);
    return found == rollout_resumed.end() ? std::nullopt : std::optional(found->second);
  }
};

/// Where what happens is told as it happens. Called from worker threads.
struct Announcer {
  std::function<void(const state::Event&)> event = [](const state::Event&) {};
  /// A step is about to be made.
  std::function<void(const BoxName&, const engine::Step&)> step = [](const BoxName&,
                                                                     const engine::Step&) {};
  /// How far it is: `pulling 40 %`.
  std::function<void(const BoxName&, const std::string&)> progress = [](const BoxName&,
                                                                        const std::string&) {};
  std::function<void(const state::BoxStatus&)> status = [](const state::BoxStatus&) {};
  /// A standing request was carried out.
  std::function<void(std::int64_t, const std::string& outcome)> finished =
      [](std::int64_t, const std::string&) {};
  /// A standing request will not be carried out.
  std::function<void(std::int64_t, const std::string& outcome)> refused = [](std::int64_t,
                                                                             const std::string&) {};
  /// A standing request is for exactly this (plan::wanted_key), and obeyed once that is on record.
  std::function<void(std::int64_t, const std::string& argument)> bound = [](std::int64_t,
                                                                            const std::string&) {};
  /// What a container that failed its trial said last, before it is removed, its secrets hidden.
  /// Empty: not asked for.
  std::function<void(const BoxName&, const std::vector<std::string>& log)> last_words;
};

/// What a pass came to.
struct Outcome {
  enum class Next {
    Continue,  ///< A step was made: go on at once.
    Wait,      ///< Look again after `after`.
    NoSlot,    ///< All slots of `slot` are taken.
    Done,      ///< Nothing to do until something changes.
    Gone,      ///< No such box (any more).
  };
  Next next = Next::Done;
  Duration after{0};
  engine::SlotClass slot = engine::SlotClass::Mutate;
  /// Between the stop of the old container and a running one: go on, whatever else is asked.
  bool in_passage = false;
  /// A tombstoned box of which nothing is left to remove: the intake finalises it.
  bool removed = false;
  /// When the last look at the engine began.
  MonoTime looked_at{};
  /// Why the engine could not be looked at; empty: it could.
  std::string look_failure = {};
};

/// Thread-safe for different boxes; the caller never runs two passes for one box at once.
class Reconciler {
 public:
  struct Parts {
    engine::Engine& engine;
    state::Store& store;
    layers::LayerFiles& layers;
    const Clock& clock;
    Random& random;
    SlotPool& slots;
    Installation installation;
    MacKey mac_key;
    Announcer announcer;
    Hold* hold = nullptr;  ///< None: nothing is asked before a volume loses its container.
    bool keep_layer_images = false;  ///< What is saved of a container becomes an image, too.
  };
  explicit Reconciler(Parts parts);

  /// Makes at most one disturbing step. `stop` breaks off waiting calls; `leaving`: we are asked to
  /// end, so no passage is begun any more (an open one goes on).
  [[nodiscard]] Outcome advance(const BoxName& name, bool leaving, std::stop_token stop);

  /// What a relist says of a box: nothing to do (its status is told), a pass is needed, or a worker
  /// is at it just now.
  enum class Look { Quiet, NeedsPass, Busy };
  /// `taken`: when the relist began. One that a worker's look has overtaken says nothing: Busy.
  [[nodiscard]] Look look_at(const state::BoxRecord& record, const state::ObservedBox& observed,
                             MonoTime taken);

  void set_orders(std::shared_ptr<const Orders> orders);

  /// No replacement that is new begins before the next look at this box.
  void expect_look(const BoxName& name);
  /// It is shown in this run and not acted on: its replacement, if it is in one, holds up nobody.
  void leave_out(const BoxName& name) { rollouts_.leave_out(name); }
  /// Boxes that waited for their turn to be replaced, and whose turn has come.
  [[nodiscard]] std::vector<BoxName> take_called();

  /// A container was stopped or killed by a hand that is not ours.
  void note_hand(const BoxName& name, const ContainerId& container);
  /// The event stream broke: nothing that ended meanwhile is held against a container.
  void note_blind_spot();
  /// The last status told of a box in this process or stored before it; nullopt: none.
  [[nodiscard]] std::optional<state::BoxStatus> status(const BoxName& name) const;
  [[nodiscard]] std::vector<state::BoxStatus> statuses() const;
  /// Drops what is kept of a box that is no more.
  void forget(const BoxName& name);

  /// A person, or a changed declaration, asks for another try: backoff, failures and crash-loop
  /// pace are forgotten. A verdict stands until the wanted state changes or a restart is asked for.
  void forget_failures(const BoxName& name);

 private:
  struct Pass;
  struct Entry;

  [[nodiscard]] std::shared_ptr<const Orders> orders() const;
  [[nodiscard]] std::shared_ptr<Entry> entry_of(const BoxName& name);
  [[nodiscard]] Outcome run_pass(Pass& pass);
  [[nodiscard]] std::optional<Outcome> purge(Pass& pass);
  [[nodiscard]] std::optional<Outcome> purge_one(Pass& pass, const plan::PurgeOrder& order);
  [[nodiscard]] Outcome put_off_purge(const Pass& pass, Duration time);
  void take_notes(Pass& pass);
  void read_requests(Pass& pass);
  void bind_rollout(const Pass& pass, const state::Request& request);
  [[nodiscard]] static state::Request at_its_time(Pass& pass, state::Request request);
  void build_input(Pass& pass);
  static void read_watches(Pass& pass);
  [[nodiscard]] Status plan(Pass& pass);
  [[nodiscard]] Status ask_activity(Pass& pass);
  void report_standing(const Pass& pass);
  void rest(const Pass& pass);
  void lose_sight(const Pass& pass);
  [[nodiscard]] std::optional<Outcome> await_turn(Pass& pass);
  [[nodiscard]] Status tell_halt(Pass& pass);
  [[nodiscard]] std::optional<Outcome> await_effect(Pass& pass, const engine::Step& step);
  void note_made(Pass& pass);
  [[nodiscard]] Status measure_layer(Pass& pass);
  [[nodiscard]] const std::vector<layers::LayerNote>* notes_of(Pass& pass);
  void read_layers(Pass& pass);
  [[nodiscard]] Result<engine::StepReply> carry_out(Pass& pass, const engine::Step& step);
  [[nodiscard]] Status commit_layer(Pass& pass, const engine::Step& save,
                                    const state::ObservedContainer& container);
  [[nodiscard]] Result<std::vector<std::string>> keep_layer(
      Pass& pass, const engine::Step& step, const state::ObservedContainer& container);
  [[nodiscard]] Result<engine::StepReply> save_layer(Pass& pass, const engine::Step& step,
                                                     const ContainerId& id);
  [[nodiscard]] Status record_findings(Pass& pass);
  [[nodiscard]] Status record_volumes(Pass& pass);
  [[nodiscard]] Status record_drops(Pass& pass);
  [[nodiscard]] Status record_containers(Pass& pass);
  [[nodiscard]] Status record_verdict(Pass& pass);
  [[nodiscard]] std::string last_words(const Pass& pass);
  void note_generation(Pass& pass);
  [[nodiscard]] static HoldDemand demand_of(const Pass& pass, const engine::Step& step,
                                            const std::vector<engine::Step>& steps);
  void demand_nothing(const BoxName& name);
  [[nodiscard]] bool is_held(const Pass& pass, const engine::Step& step,
                             const std::vector<engine::Step>& steps);
  [[nodiscard]] Outcome perform_steps(Pass& pass, const std::vector<engine::Step>& steps);
  [[nodiscard]] Outcome go_on(const Pass& pass, const engine::Step& done);
  [[nodiscard]] Status perform_one(Pass& pass, const engine::Step& step);
  [[nodiscard]] Status note_creation(Pass& pass, const engine::CreateContainer& create,
                                     const ContainerId& id);
  [[nodiscard]] Status note_before(Pass& pass, const engine::Step& step);
  void note_performed(Pass& pass, const engine::Step& step);
  [[nodiscard]] Outcome fail_pass(Pass& pass, const Error& error, const engine::Step* step);
  [[nodiscard]] static bool fail_start(Pass& pass, const Error& error, const engine::Step& step);
  [[nodiscard]] Outcome finish_quiet(Pass& pass);
  [[nodiscard]] std::optional<Outcome> probe(Pass& pass);
  [[nodiscard]] std::optional<Outcome> plan_after_probe(Pass& pass);
  void finish_requests(Pass& pass);
  void tell_status(Pass& pass);
  void tell_event(Pass& pass, const engine::Step& step, const std::string& result,
                  const std::string& message, Duration took);

  Parts parts_;
  RolloutBoard rollouts_;
  std::mutex network_mutex_;  ///< Held while a network is made; taken before mutex_.
  std::map<std::string, MonoTime> networks_made_;  ///< By us, and when; with network_mutex_ held.
  mutable std::mutex mutex_;
  // Guarded by mutex_.
  std::shared_ptr<const Orders> orders_;
  std::map<BoxName, std::shared_ptr<Entry>> entries_;
  std::map<BoxName, state::BoxStatus> statuses_;
  std::map<BoxName, std::set<ContainerId>> hands_;  ///< Not yet taken over by a pass.
  std::set<BoxName> forgiven_;
  std::uint64_t blind_spots_ = 0;
};

}  // namespace boxwright::reconcile
