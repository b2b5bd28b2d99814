#pragma once
// An Engine around another one that goes wrong by plan: the faults of a network, a busy engine and
// a killed process, each at a chosen call or by a seeded chance.

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "controller/engine/engine.h"
#include "tests/support/seeded_random.h"

namespace boxwright::test {

/// Thrown in place of an answer: the process was killed here. The driver catches it, throws every
/// object of ours away and starts anew.
struct CrashMarker {
  std::string at;  ///< The call, for the trace.
};

enum class Fault {
  None,
  FailBefore,   ///< Refused by the engine (500); nothing happened.
  LoseReply,    ///< It happened; the connection broke before the answer (Unavailable).
  Pretend,      ///< Said to be done; nothing happened.
  HangBefore,   ///< No answer, DeadlineExceeded; nothing happened.
  HangAfter,    ///< No answer, DeadlineExceeded; it happened.
  CrashBefore,  ///< CrashMarker; nothing happened.
  CrashAfter,   ///< CrashMarker; it happened.
  Stale,        ///< Observations only: an older answer, if there is one.
  Block,        ///< The call blocks until `release` or its stop token, then answers HangBefore.
};

[[nodiscard]] std::string_view to_string(Fault fault);

/// A call that is about to be made.
struct PendingCall {
  std::string name;     ///< `observe_box`, `StartContainer`, ...
  std::string subject;  ///< A box for reads; what `describe` says for steps.
  bool mutating = false;
  std::uint64_t number = 0;  ///< From 1, over all calls.
};

/// Decides for each call. Called under the decorator's lock.
using FaultPlan = std::function<Fault(const PendingCall&)>;

/// The n-th mutating call (from 1) gets this fault, all others none.
[[nodiscard]] FaultPlan fault_at_mutation(std::uint64_t nth, Fault fault);

/// Percent of calls that get each kind of fault.
struct FaultRates {
  unsigned fail = 0;
  unsigned lose_reply = 0;
  unsigned hang = 0;
  unsigned crash = 0;
  unsigned stale = 0;
};
/// `random` must outlive the plan.
[[nodiscard]] FaultPlan faults_by_chance(SeededRandom& random, const FaultRates& rates);

/// Thread-safe if the engine inside is.
class FaultyEngine final : public engine::Engine {
 public:
  explicit FaultyEngine(engine::Engine& inside) : inside_(inside) {}

  [[nodiscard]] Result<state::EngineFacts> facts(std::stop_token stop) override;
  [[nodiscard]] Result<state::ObservedFleet> observe_fleet(const Installation& installation,
                                                           std::stop_token stop) override;
  [[nodiscard]] Result<state::ObservedBox> observe_box(const engine::BoxQuery& query,
                                                       std::stop_token stop) override;
  [[nodiscard]] Result<state::HoldView> observe_holds(const engine::HoldQuery& query,
                                                      std::stop_token stop) override;
  [[nodiscard]] Result<engine::StepReply> perform(const engine::Step& step,
                                                  const engine::ProgressSink& progress,
                                                  std::stop_token stop) override;
  [[nodiscard]] Result<std::map<VolumeName, Bytes>> volume_sizes(std::stop_token stop) override;
  [[nodiscard]] Result<bool> probe(const ContainerId& id, const state::EngineHealthCheck& check,
                                   std::stop_token stop) override;
  [[nodiscard]] Result<engine::ExecAnswer> ask(const ContainerId& id,
                                               const std::vector<std::string>& program,
                                               Duration timeout, std::stop_token stop) override;
  [[nodiscard]] Result<Bytes> memory_in_use(const ContainerId& id, std::stop_token stop) override;
  [[nodiscard]] Result<std::vector<std::string>> recent_log(const ContainerId& id, int lines,
                                                            std::stop_token stop) override;
  [[nodiscard]] Result<engine::WritableLayer> writable_layer(
      const state::ObservedContainer& container, std::stop_token stop) override;
  [[nodiscard]] Result<std::vector<engine::LayerChange>> changed_paths(
      const ContainerId& id, std::stop_token stop) override;
  [[nodiscard]] Status read_archive(const ContainerId& id, const std::string& path,
                                    const engine::ArchiveSink& sink, std::stop_token stop) override;
  [[nodiscard]] Status read_all_files(const ContainerId& id, const engine::ArchiveSink& sink,
                                      std::stop_token stop) override;
  [[nodiscard]] Status write_archive(const ContainerId& id, const std::string& path,
                                     const engine::ArchiveChunks& next_chunk,
                                     std::stop_token stop) override;
  /// Events for which `drop_events` says true do not arrive.
  [[nodiscard]] Status follow_events(
      const std::function<void()>& opened,
      const std::function<void(const engine::EngineEvent&)>& on_event,
      std::stop_token stop) override;

  void set_plan(FaultPlan plan);
  void drop_events(std::function<bool(const engine::EngineEvent&)> drop);
  /// What was answered so far is never given again as a stale answer: whoever asked is gone.
  void forget_observations();
  /// How many observations back a stale one may lie; 4 at the start.
  void set_staleness(std::size_t steps);
  /// Lets all blocked calls go, and every later one.
  void release();
  /// What was injected so far, oldest first: `CrashAfter StartContainer start container 3f2a`.
  [[nodiscard]] std::vector<std::string> trace() const;

 private:
  [[nodiscard]] Fault decide(std::string name, std::string subject, bool mutating,
                             std::string& told);
  [[nodiscard]] Status wait_blocked(const std::stop_token& stop);
  template <class T>
  [[nodiscard]] Result<T> inject(Fault fault, const std::string& told, const std::stop_token& stop,
                                 const std::function<Result<T>()>& call);
  template <class T>
  [[nodiscard]] Result<T> through(std::string name, std::string subject, bool mutating,
                                  const std::stop_token& stop,
                                  const std::function<Result<T>()>& call);
  template <class T>
  [[nodiscard]] Result<T> observed(const char* name, const std::string& key,
                                   std::map<std::string, std::vector<T>>& history,
                                   const std::stop_token& stop,
                                   const std::function<Result<T>()>& call);

  engine::Engine& inside_;
  mutable std::mutex mutex_;
  std::condition_variable_any released_cv_;
  bool released_ = false;
  FaultPlan plan_;
  std::function<bool(const engine::EngineEvent&)> drop_;
  std::uint64_t number_ = 0;
  std::size_t staleness_ = 4;
  std::map<std::string, std::vector<state::ObservedBox>> old_boxes_;
  std::map<std::string, std::vector<state::ObservedFleet>> old_fleets_;
  std::map<std::string, std::vector<state::HoldView>> old_holds_;
  std::vector<std::string> trace_;
};

}  // namespace boxwright::test
