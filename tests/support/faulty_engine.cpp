#include "tests/support/faulty_engine.h"

#include <utility>

namespace boxwright::test {

namespace {

tl::unexpected<Error> no_answer() {
  return fail(ErrorCode::DeadlineExceeded, RetryClass::Transient,
              "no answer in time (injected); the call may have taken effect: look again");
}

}  // namespace

std::string_view to_string(Fault fault) {
  switch (fault) {
    case Fault::None: return "None";
    case Fault::FailBefore: return "FailBefore";
    case Fault::LoseReply: return "LoseReply";
    case Fault::Pretend: return "Pretend";
    case Fault::HangBefore: return "HangBefore";
    case Fault::HangAfter: return "HangAfter";
    case Fault::CrashBefore: return "CrashBefore";
    case Fault::CrashAfter: return "CrashAfter";
    case Fault::Stale: return "Stale";
    case Fault::Block: return "Block";
  }
  return "?";
}

FaultPlan fault_at_mutation(std::uint64_t nth, Fault fault) {
  return [nth, fault, seen = std::uint64_t{0}](const PendingCall& call) mutable {
    if (!call.mutating) return Fault::None;
    return ++seen == nth ? fault : Fault::None;
  };
}

FaultPlan faults_by_chance(SeededRandom& random, const FaultRates& rates) {
  return [&random, rates](const PendingCall& call) {
    if (random.chance(rates.fail)) return Fault::FailBefore;
    if (!call.mutating) return random.chance(rates.stale) ? Fault::Stale : Fault::None;
    if (random.chance(rates.lose_reply)) return Fault::LoseReply;
    if (random.chance(rates.hang)) {
      return random.chance(50) ? Fault::HangBefore : Fault::HangAfter;
    }
    if (random.chance(rates.crash)) {
      return random.chance(50) ? Fault::CrashBefore : Fault::CrashAfter;
    }
    return Fault::None;
  };
}

Fault FaultyEngine::decide(std::string name, std::string subject, bool mutating,
                           std::string& told) {
  const std::lock_guard lock(mutex_);
  const PendingCall call{std::move(name), std::move(subject), mutating, ++number_};
  const Fault fault = plan_ ? plan_(call) : Fault::None;
  told = call.name + " " + call.subject;
  if (fault != Fault::None) trace_.push_back(std::string(to_string(fault)) + " " + told);
  return fault;
}

Status FaultyEngine::wait_blocked(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  static_cast<void>(released_cv_.wait(lock, stop, [this] { return released_; }));
  if (stop.stop_requested()) {
    return fail(ErrorCode::Cancelled, RetryClass::Transient, "stopped while the engine hung");
  }
  return no_answer();
}

template <class T>
Result<T> FaultyEngine::inject(Fault fault, const std::string& told, const std::stop_token& stop,
                               const std::function<Result<T>()>& call) {
  switch (fault) {
    case Fault::None:
    case Fault::Stale: return call();
    case Fault::FailBefore:
      return fail(ErrorCode::Refused, RetryClass::Transient, "server error (injected): {}", told);
    case Fault::LoseReply:
      static_cast<void>(call());
      return fail(ErrorCode::Unavailable, RetryClass::Transient,
                  "the connection broke before the answer (injected): {}", told);
    case Fault::HangAfter: static_cast<void>(call()); return no_answer();
    case Fault::Pretend: return T{};
    case Fault::HangBefore: return no_answer();
    case Fault::CrashBefore: throw CrashMarker{"before " + told};
    case Fault::CrashAfter: static_cast<void>(call()); throw CrashMarker{"after " + told};
    case Fault::Block: return tl::unexpected(wait_blocked(stop).error());
  }
  return call();
}

template <class T>
Result<T> FaultyEngine::through(std::string name, std::string subject, bool mutating,
                                const std::stop_token& stop,
                                const std::function<Result<T>()>& call) {
  std::string told;
  const Fault fault = decide(std::move(name), std::move(subject), mutating, told);
  return inject<T>(fault, told, stop, call);
}

template <class T>
Result<T> FaultyEngine::observed(const char* name, const std::string& key,
                                 std::map<std::string, std::vector<T>>& history,
                                 const std::stop_token& stop,
                                 const std::function<Result<T>()>& call) {
  std::string told;
  const Fault fault = decide(name, key, false, told);
  {
    const std::lock_guard lock(mutex_);
    const std::vector<T>& old = history[key];
    if (fault == Fault::Stale && !old.empty()) return old.front();
  }
  Result<T> fresh = inject<T>(fault, told, stop, call);
  if (!fresh) return fresh;
  const std::lock_guard lock(mutex_);
  std::vector<T>& old = history[key];
  old.push_back(*fresh);
  if (old.size() > staleness_) old.erase(old.begin());
  return fresh;
}

Result<state::EngineFacts> FaultyEngine::facts(std::stop_token stop) {
  return through<state::EngineFacts>("facts", "", false, stop, [&] { return inside_.facts(stop); });
}

Result<state::ObservedFleet> FaultyEngine::observe_fleet(const Installation& installation,
                                                         std::stop_token stop) {
  return observed<state::ObservedFleet>("observe_fleet", installation.str(), old_fleets_, stop,
                                        [&] { return inside_.observe_fleet(installation, stop); });
}

Result<state::ObservedBox> FaultyEngine::observe_box(const engine::BoxQuery& query,
                                                     std::stop_token stop) {
  return observed<state::ObservedBox>("observe_box", query.name.str(), old_boxes_, stop,
                                      [&] { return inside_.observe_box(query, stop); });
}

Result<state::HoldView> FaultyEngine::observe_holds(const engine::HoldQuery& query,
                                                    std::stop_token stop) {
  return observed<state::HoldView>("observe_holds", query.installation.str(), old_holds_, stop,
                                   [&] { return inside_.observe_holds(query, stop); });
}

Result<engine::StepReply> FaultyEngine::perform(const engine::Step& step,
                                                const engine::ProgressSink& progress,
                                                std::stop_token stop) {
  return through<engine::StepReply>(std::string(engine::step_name(step)), engine::describe(step),
                                    true, stop,
                                    [&] { return inside_.perform(step, progress, stop); });
}

Result<std::map<VolumeName, Bytes>> FaultyEngine::volume_sizes(std::stop_token stop) {
  return through<std::map<VolumeName, Bytes>>("volume_sizes", "", false, stop,
                                              [&] { return inside_.volume_sizes(stop); });
}

Result<bool> FaultyEngine::probe(const ContainerId& id, const state::EngineHealthCheck& check,
                                 std::stop_token stop) {
  return through<bool>("probe", id.str(), false, stop,
                       [&] { return inside_.probe(id, check, stop); });
}

Result<engine::ExecAnswer> FaultyEngine::ask(const ContainerId& id,
                                             const std::vector<std::string>& program,
                                             Duration timeout, std::stop_token stop) {
  return through<engine::ExecAnswer>("ask", id.str(), false, stop,
                                     [&] { return inside_.ask(id, program, timeout, stop); });
}

Result<Bytes> FaultyEngine::memory_in_use(const ContainerId& id, std::stop_token stop) {
  return through<Bytes>("memory_in_use", id.str(), false, stop,
                        [&] { return inside_.memory_in_use(id, stop); });
}

Result<std::vector<std::string>> FaultyEngine::recent_log(const ContainerId& id, int lines,
                                                          std::stop_token stop) {
  return through<std::vector<std::string>>("recent_log", id.str(), false, stop,
                                           [&] { return inside_.recent_log(id, lines, stop); });
}

Result<engine::WritableLayer> FaultyEngine::writable_layer(
    const state::ObservedContainer& container, std::stop_token stop) {
  return through<engine::WritableLayer>("writable_layer", container.id.str(), false, stop,
                                        [&] { return inside_.writable_layer(container, stop); });
}

Result<std::vector<engine::LayerChange>> FaultyEngine::changed_paths(const ContainerId& id,
                                                                     std::stop_token stop) {
  return through<std::vector<engine::LayerChange>>("changed_paths", id.str(), false, stop,
                                                   [&] { return inside_.changed_paths(id, stop); });
}

namespace {

/// A status as a result that the faults can stand in for.
Result<bool> as_result(const Status& status) {
  if (!status) return tl::unexpected(status.error());
  return true;
}

Status as_status(const Result<bool>& result) {
  if (!result) return tl::unexpected(result.error());
  return {};
}

}  // namespace

Status FaultyEngine::read_archive(const ContainerId& id, const std::string& path,
                                  const engine::ArchiveSink& sink, std::stop_token stop) {
  return as_status(through<bool>("read_archive", id.str() + " " + path, false, stop, [&] {
    return as_result(inside_.read_archive(id, path, sink, stop));
  }));
}

Status FaultyEngine::read_all_files(const ContainerId& id, const engine::ArchiveSink& sink,
                                    std::stop_token stop) {
  return as_status(through<bool>("read_all_files", id.str(), false, stop, [&] {
    return as_result(inside_.read_all_files(id, sink, stop));
  }));
}

Status FaultyEngine::write_archive(const ContainerId& id, const std::string& path,
                                   const engine::ArchiveChunks& next_chunk, std::stop_token stop) {
  return as_status(through<bool>("write_archive", id.str() + " " + path, true, stop, [&] {
    return as_result(inside_.write_archive(id, path, next_chunk, stop));
  }));
}

Status FaultyEngine::follow_events(const std::function<void()>& opened,
                                   const std::function<void(const engine::EngineEvent&)>& on_event,
                                   std::stop_token stop) {
  const auto filtered = [&](const engine::EngineEvent& event) {
    std::function<bool(const engine::EngineEvent&)> drop;
    {
      const std::lock_guard lock(mutex_);
      drop = drop_;
    }
    if (!drop || !drop(event)) on_event(event);
  };
  return inside_.follow_events(opened, filtered, std::move(stop));
}

void FaultyEngine::set_plan(FaultPlan plan) {
  const std::lock_guard lock(mutex_);
  plan_ = std::move(plan);
}

void FaultyEngine::drop_events(std::function<bool(const engine::EngineEvent&)> drop) {
  const std::lock_guard lock(mutex_);
  drop_ = std::move(drop);
}

void FaultyEngine::forget_observations() {
  const std::lock_guard lock(mutex_);
  old_boxes_.clear();
  old_fleets_.clear();
  old_holds_.clear();
}

void FaultyEngine::set_staleness(std::size_t steps) {
  const std::lock_guard lock(mutex_);
  staleness_ = steps;
}

void FaultyEngine::release() {
  {
    const std::lock_guard lock(mutex_);
    released_ = true;
  }
  released_cv_.notify_all();
}

std::vector<std::string> FaultyEngine::trace() const {
  const std::lock_guard lock(mutex_);
  return trace_;
}

}  // namespace boxwright::test
