#include "controller/reconcile/plan_input.h"

#include <algorithm>

#include "controller/plan/fleet.h"
#include "state/ownership.h"

namespace boxwright::reconcile {

engine::BoxQuery query_for(const state::BoxRecord& record, const Installation& installation) {
  engine::BoxQuery query;
  query.installation = installation;
  query.uid = record.uid;
  query.name = record.name;
  query.image = record.spec.image;
  for (const auto& [key, volume] : record.spec.volumes) {
    query.volume_names.insert(state::volume_name(record.name, key));
  }
  return query;
}

plan::Wanted wanted_for(const state::BoxRecord& record, const Installation& installation,
                        const state::ResolvedSecrets& secrets, const MacKey* key) {
  return plan::wanted_container({.name = record.name,
                                 .uid = record.uid,
                                 .installation = installation,
                                 .spec = &record.spec,
                                 .settings = &record.settings,
                                 .secrets = &secrets,
                                 .mac_key = key});
}

plan::PlanInput input_for(const Planned& planned) {
  plan::PlanInput input;
  input.record = &planned.record;
  input.observed = &planned.observed;
  input.wanted = &planned.wanted;
  input.installation = planned.installation;
  input.now = planned.now;
  input.secrets_message = planned.secrets.message;
  input.suspended = plan::is_suspended(planned.record, planned.orders.requests);
  input.observation_stale = planned.orders.observation_stale;
  input.disk_low = planned.orders.disk_low;
  const auto* in_use = planned.told == nullptr ? nullptr : planned.told->find("InUse");
  if (in_use != nullptr) input.waits_for_idle_since = in_use->last_transition;
  return input;
}

bool is_about(const state::Request& request, const BoxName& name) {
  return request.state == "pending" && request.subject == name.str();
}

bool take_request(const state::Request& request, plan::PlanInput& input) {
  const auto latest = [&request](std::optional<WallTime>& at) {
    at = std::max(at.value_or(request.at), request.at);
  };
  using Verb = state::Request::Verb;
  if (request.verb == Verb::Accept) {
    input.accepted.insert(request.argument);
  } else if (request.verb == Verb::Restart) {
    latest(input.restart_requested);
  } else if (request.verb == Verb::Rollout) {
    const bool is_for_this =
        !request.argument.empty() && plan::is_wanted(input, request.argument, plan::Unknown::Fits);
    if (is_for_this) latest(input.rollout_requested);
  } else {
    return false;
  }
  return true;
}

plan::RolloutQuestion question_for(const plan::PlanInput& input, const Orders& orders) {
  plan::RolloutQuestion question;
  question.source = input.record->source;
  question.limits = input.record->settings.rollout;
  question.resumed = orders.resumed(input.record->source);
  question.asked = std::max(input.rollout_requested, input.restart_requested);
  question.now = input.now;
  return question;
}

}  // namespace boxwright::reconcile
