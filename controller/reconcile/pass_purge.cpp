// Retained data that a person wants gone for good: one volume a call, each looked at anew before.

#include <algorithm>

#include "controller/plan/fleet.h"
#include "controller/plan/purge.h"
#include "controller/reconcile/pass.h"

namespace boxwright::reconcile {

namespace {

/// Suspended, or the engine was not heard of for long: it is looked at again later.
constexpr Duration kHeld{5'000};

std::vector<plan::PurgeOrder> orders_for(const BoxName& name, const Orders& orders) {
  std::vector<plan::PurgeOrder> purges;
  for (const auto& request : orders.requests) {
    auto order = plan::read_purge(request);
    if (order && order->box == name) purges.push_back(std::move(*order));
  }
  return purges;
}

/// Read again before each call: a box that took the data over meanwhile keeps it.
bool is_owned(const std::vector<state::BoxRecord>& boxes, const BoxUid& uid) {
  return std::any_of(boxes.begin(), boxes.end(),
                     [&uid](const auto& box) { return box.uid == uid; });
}

engine::BoxQuery query_of(const plan::PurgeOrder& order, const Installation& installation) {
  engine::BoxQuery query;
  query.installation = installation;
  query.uid = order.uid;
  query.name = order.box;
  return query;
}

}  // namespace

/// nullopt: no order for data of this name is left to be carried out.
std::optional<Outcome> Reconciler::purge(Pass& pass) {
  const auto orders = orders_for(pass.name, *pass.orders);
  if (orders.empty()) return std::nullopt;
  state::BoxRecord name_only;
  name_only.name = pass.name;
  const bool suspended = plan::is_suspended(name_only, pass.orders->requests);
  if (suspended || pass.orders->observation_stale) return put_off_purge(pass, kHeld);
  const auto waits = pass.memory->backoff.remaining(pass.now);
  if (waits > Duration{0}) return put_off_purge(pass, waits);
  for (const auto& order : orders) {
    if (auto outcome = purge_one(pass, order)) {
      const bool rests = pass.memory->backoff.remaining(pass.now) > Duration{0};
      if (rests) demand_nothing(pass.name);
      return outcome;
    }
  }
  return std::nullopt;
}

/// The order may be withdrawn or refused meanwhile: until it is gone on with, its volumes are held
/// like any others.
Outcome Reconciler::put_off_purge(const Pass& pass, Duration time) {
  demand_nothing(pass.name);
  return {.next = Outcome::Next::Wait, .after = time};
}

std::optional<Outcome> Reconciler::purge_one(Pass& pass, const plan::PurgeOrder& order) {
  const auto boxes = parts_.store.boxes();
  if (!boxes) return fail_pass(pass, boxes.error(), nullptr);
  if (is_owned(*boxes, order.uid)) return std::nullopt;
  const auto seen = parts_.engine.observe_box(query_of(order, parts_.installation), pass.stop);
  if (!seen) return fail_pass(pass, seen.error(), nullptr);
  // With a container of that box the order fails at the next look at everything.
  if (!seen->containers.empty()) return put_off_purge(pass, kHeld);
  const auto targets = plan::purge_targets(order, parts_.installation, seen->volumes);
  if (targets.empty()) return std::nullopt;
  pass.record.name = order.box;
  pass.record.uid = order.uid;
  // All of them are named, so that whatever else mounts them lets them go at once; one goes a look.
  std::vector<engine::Step> steps;
  for (const auto& target : targets) {
    steps.push_back(
        {engine::RemoveVolume{target}, "the removal of the retained data was asked for" +
                                           (order.by.empty() ? std::string{} : " by " + order.by)});
  }
  return perform_steps(pass, steps);
}

}  // namespace boxwright::reconcile
