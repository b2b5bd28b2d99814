// A box among the others of its source: whose turn it is, and whether the rollout is halted.

#include <fmt/core.h>

#include <algorithm>

#include "controller/reconcile/pass.h"
#include "controller/reconcile/plan_input.h"

namespace boxwright::reconcile {

namespace {

using Phase = plan::RolloutStanding::Phase;

/// Failures in a row, some minutes by their backoff, after which a box holds up the others no more
/// even in the middle of its replacement.
constexpr int kKeepsTurn = 8;

}  // namespace

void Reconciler::expect_look(const BoxName& name) {
  rollouts_.expect(name, parts_.clock.mono_now());
}

std::vector<BoxName> Reconciler::take_called() {
  return rollouts_.take_called(parts_.clock.mono_now());
}

void Reconciler::report_standing(const Pass& pass) {
  auto standing = plan::standing_of(pass.input, pass.plan);
  // While it waits to be tried again, it takes nobody's turn.
  const bool rests = pass.memory->backoff.remaining(pass.now) > Duration{0} &&
                     pass.memory->failed_at == pass.fingerprint();
  if (rests && standing.phase == Phase::Due) standing.phase = Phase::Quiet;
  rollouts_.report(std::move(standing), pass.record.settings.rollout);
}

void Reconciler::rest(const Pass& pass) {
  if (pass.in_passage) return;
  if (pass.memory->backoff.failures() > kKeepsTurn) return rollouts_.leave_out(pass.name);
  rollouts_.rest(pass.name);
}

void Reconciler::lose_sight(const Pass& pass) {
  if (pass.in_passage) return;
  if (pass.memory->look_backoff.failures() > kKeepsTurn) return rollouts_.leave_out(pass.name);
  rollouts_.lose_sight(pass.name);
}

/// Only what was not begun waits; and what else the box needs is not planned beside a replacement.
std::optional<Outcome> Reconciler::await_turn(Pass& pass) {
  const auto later = rollouts_.try_begin(pass.name, parts_.clock.mono_now());
  if (!later) {
    // Another one may have failed since this was planned; it was in its turn before.
    const auto halted = rollouts_.halted(question_for(pass.input, *pass.orders), pass.name);
    if (halted == pass.input.rollout_halted) return std::nullopt;
    return Outcome{.next = Outcome::Next::Continue};
  }
  pass.waits_for_turn = true;
  tell_status(pass);
  return Outcome{.next = Outcome::Next::Wait, .after = *later};
}

/// With this failure the rollout of the source has come to its end, until a person speaks.
Status Reconciler::tell_halt(Pass& pass) {
  auto question = question_for(pass.input, *pass.orders);
  question.asked.reset();
  const auto before = rollouts_.halted(question);
  auto standing = plan::standing_of(pass.input, pass.plan);
  standing.failed_at = pass.plan.new_verdict->at;
  rollouts_.report(std::move(standing), pass.record.settings.rollout);
  const auto halted = rollouts_.halted(question);
  if (halted.empty() || !before.empty()) return {};
  state::Event event;
  event.at = pass.input.now;
  event.box = pass.name;
  event.uid = pass.record.uid;
  event.type = "Warning";
  event.action = "RolloutHalted";
  event.cause = fmt::format("source {}", pass.record.source.str());
  event.revision = pass.record.revision;
  event.result = "ok";
  event.message = halted;
  BW_TRY(parts_.store.append_event(event));
  parts_.announcer.event(event);
  return {};
}

}  // namespace boxwright::reconcile
