// A step that the engine says is done, and that is planned again since nothing has changed: without
// a pause it would be made without end.

#include <fmt/core.h>

#include "controller/reconcile/pass.h"

namespace boxwright::reconcile {

namespace {

constexpr int kMadeAtOnce = 2;

/// Whatever shows that a step did something: more than what backoff compares.
std::string key_of(const engine::Step& step, const state::ObservedBox& observed,
                   std::string fingerprint) {
  auto key = engine::describe(step) + "|" + std::move(fingerprint);
  for (const auto& container : observed.containers) {
    if (!container.started_at) continue;
    key += fmt::format("|{}", container.started_at->time_since_epoch().count());
  }
  return key;
}

}  // namespace

std::optional<Outcome> Reconciler::await_effect(Pass& pass, const engine::Step& step) {
  auto& last = pass.memory->last_step;
  auto key = key_of(step, pass.observed, pass.fingerprint());
  if (last.key != key) last = {.key = std::move(key), .made = 0, .backoff = {}};
  const auto waits = last.backoff.remaining(pass.now);
  const bool must_hurry = pass.leaving && pass.in_passage;
  if (waits <= Duration{0} || must_hurry) return std::nullopt;
  pass.memory->failure =
      Failure{"NoEffect",
              fmt::format("the engine said that this was done for box {}, and nothing has changed: "
                          "{}; it is tried again, less and less often",
                          pass.name.str(), engine::describe(step)),
              RetryClass::Transient};
  rest(pass);
  if (pass.input.record != nullptr) tell_status(pass);
  return Outcome{.next = Outcome::Next::Wait, .after = waits};
}

void Reconciler::note_made(Pass& pass) {
  auto& last = pass.memory->last_step;
  if (++last.made >= kMadeAtOnce) last.backoff.fail(pass.now, parts_.random);
}

}  // namespace boxwright::reconcile
