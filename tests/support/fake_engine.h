#pragma once
// An Engine without an engine: our seam on top of the Docker model. It has no expectations; it
// works, and it writes down what was asked of it.

#include <condition_variable>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "controller/engine/engine.h"
#include "tests/support/docker_model.h"
#include "tests/support/fake_clock.h"

namespace boxwright::test {

/// One call that came in through the Engine interface.
struct EngineCall {
  std::string name;     ///< `observe_box`, `StartContainer`, ...
  std::string subject;  ///< A box for reads; what `describe` says for steps.
  bool mutating = false;
  bool succeeded = false;
  MonoTime at{};
};

/// Thread-safe by one mutex; never sleeps. Virtual time: what is due happens when the FakeClock
/// moves, or at the next call, at its exact moment and in order.
class FakeEngine final : public engine::Engine {
 public:
  explicit FakeEngine(FakeClock& clock);
  ~FakeEngine() override;
  FakeEngine(const FakeEngine&) = delete;
  FakeEngine& operator=(const FakeEngine&) = delete;

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
  [[nodiscard]] Status follow_events(
      const std::function<void()>& opened,
      const std::function<void(const engine::EngineEvent&)>& on_event,
      std::stop_token stop) override;

  /// The model, locked and settled until the end of the full expression:
  /// `fake.docker()->stop("box-ada")`. What was done is told to the event followers then.
  class Hand {
   public:
    explicit Hand(FakeEngine& engine);
    ~Hand();
    Hand(const Hand&) = delete;
    Hand& operator=(const Hand&) = delete;
    DockerModel* operator->() { return &engine_.model_; }

   private:
    FakeEngine& engine_;
    std::unique_lock<std::mutex> lock_;
  };
  [[nodiscard]] Hand docker() { return Hand(*this); }

  /// Restarts the engine: containers as their policies say, event streams end.
  void restart();
  /// Off: every call is Unavailable and event streams end, until it is on again.
  void set_reachable(bool reachable);
  /// On: a stop that has to wait out its grace answers DeadlineExceeded at once and is finished by
  /// the engine when the time has come (trap 0.6). Off (the start): the call moves the clock on.
  void set_stops_outlast_calls(bool outlast);
  /// Events for which this says true are lost, without a trace, as the real stream loses them.
  void lose_events(std::function<bool(const engine::EngineEvent&)> lost);

  [[nodiscard]] std::vector<EngineCall> calls() const;
  [[nodiscard]] std::size_t mutating_calls() const;
  [[nodiscard]] std::size_t reading_calls() const;
  void forget_calls();
  /// Events since the last time, for drivers that own no thread. Holds the newest 4096.
  [[nodiscard]] std::vector<engine::EngineEvent> take_events();

 private:
  struct Follower {
    std::deque<engine::EngineEvent> waiting;
    bool ended = false;
  };

  [[nodiscard]] Status admit(const std::stop_token& stop) const;
  void note(std::string name, std::string subject, bool mutating, bool succeeded);
  void publish();
  void end_streams();
  /// The rest of a stop whose process ignores SIGTERM. Gives up the lock while time passes.
  Result<engine::StepReply> wait_for_stop(std::unique_lock<std::mutex>& lock, Duration grace);
  [[nodiscard]] Result<engine::StepReply> carry_out(const engine::Step& step,
                                                    const engine::ProgressSink& progress,
                                                    std::unique_lock<std::mutex>& lock);
  [[nodiscard]] Result<const ModelContainer*> running(const ContainerId& id,
                                                      const char* doing) const;

  FakeClock& clock_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  DockerModel model_;
  bool reachable_ = true;
  bool stops_outlast_calls_ = false;
  std::function<bool(const engine::EngineEvent&)> lost_;
  std::list<Follower> followers_;
  std::deque<engine::EngineEvent> untaken_;
  std::vector<EngineCall> calls_;
  std::uint64_t listener_ = 0;
};

}  // namespace boxwright::test
