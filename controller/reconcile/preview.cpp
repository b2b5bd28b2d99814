#include "controller/reconcile/preview.h"

#include <algorithm>
#include <memory>

#include "controller/plan/fleet.h"
#include "controller/plan/rollout.h"
#include "controller/plan/wanted.h"
#include "controller/reconcile/activity.h"
#include "state/ownership.h"
#include "state/secret_files.h"

namespace boxwright::reconcile {

namespace {

const state::BoxStatus* previous_of(const PreviewInput& input, const BoxName& name) {
  for (const auto& status : input.previous) {
    if (status.name == name) return &status;
  }
  return nullptr;
}

/// One box with all that its plan points into.
struct Draft {
  BoxPreview preview;
  state::ResolvedSecrets secrets;
  plan::Wanted wanted;
  plan::PlanInput planned;
};

/// A rollout that nobody has looked at yet is for what is wanted now.
bool is_for_this(const plan::PlanInput& planned, const state::Request& request) {
  return request.argument.empty() ||
         plan::is_wanted(planned, request.argument, plan::Unknown::Fits);
}

void read_requests(const PreviewInput& input, plan::PlanInput& planned) {
  for (const auto& request : input.orders.requests) {
    const bool mine = request.state == "pending" && request.subject == planned.record->name.str();
    if (!mine) continue;
    using Verb = state::Request::Verb;
    if (request.verb == Verb::Accept) planned.accepted.insert(request.argument);
    if (request.verb == Verb::Restart) planned.restart_requested = request.at;
    if (request.verb == Verb::Rollout && is_for_this(planned, request)) {
      planned.rollout_requested = request.at;
    }
  }
}

plan::PlanInput plan_input(const PreviewInput& input, const Draft& draft) {
  plan::PlanInput planned;
  planned.record = &draft.preview.record;
  planned.observed = &draft.preview.observed;
  planned.wanted = &draft.wanted;
  planned.installation = input.installation;
  planned.now = input.clock.wall_now();
  planned.secrets_message = draft.secrets.message;
  planned.suspended = plan::is_suspended(draft.preview.record, input.orders.requests);
  planned.observation_stale = input.orders.observation_stale;
  planned.disk_low = input.orders.disk_low;
  if (const auto* told = previous_of(input, draft.preview.record.name)) {
    planned.crash_looping = told->find("CrashLooping") != nullptr;
    const auto* in_use = told->find("InUse");
    if (in_use != nullptr) planned.waits_for_idle_since = in_use->last_transition;
  }
  read_requests(input, planned);
  return planned;
}

/// Time and data that its replacement or restart costs.
void add_price(const PreviewInput& input, const plan::PlanInput& planned, BoxPreview& preview,
               const std::stop_token& stop) {
  const auto view = plan::view_containers(planned);
  for (const auto& action : preview.plan.actions) {
    const bool replaces = action.kind == plan::ActionKind::Replace;
    const auto* container = replaces ? view.outdated : view.current;
    if (container == nullptr) container = view.drifted_unknown;
    auto price =
        plan::price_of(action, preview.record, container, previous_of(input, preview.record.name));
    if (!price) continue;
    preview.price = price;
    if (!replaces || container == nullptr || !input.measure_layers) continue;
    if (!preview.layer) preview.layer = input.engine.writable_layer(*container, stop);
  }
}

plan::Wanted wanted_of(const PreviewInput& input, const state::BoxRecord& record,
                       const state::ResolvedSecrets& secrets) {
  const bool has_key = !input.mac_key.bytes.reveal().empty();
  return plan::wanted_container({.name = record.name,
                                 .uid = record.uid,
                                 .installation = input.installation,
                                 .spec = &record.spec,
                                 .settings = &record.settings,
                                 .secrets = &secrets,
                                 .mac_key = has_key ? &input.mac_key : nullptr});
}

Status look_at(const PreviewInput& input, Draft& draft, const std::stop_token& stop) {
  const auto& record = draft.preview.record;
  engine::BoxQuery query;
  query.installation = input.installation;
  query.uid = record.uid;
  query.name = record.name;
  query.image = record.spec.image;
  for (const auto& [key, volume] : record.spec.volumes) {
    query.volume_names.insert(state::volume_name(record.name, key));
  }
  BW_TRY_ASSIGN(draft.preview.observed, input.engine.observe_box(query, stop));
  draft.secrets = state::resolve_secrets(record.spec.secrets, record.settings.secrets_dir);
  draft.wanted = wanted_of(input, record, draft.secrets);
  draft.planned = plan_input(input, draft);
  return {};
}

/// What was rolled back among boxes that are not looked at: their verdicts, where they still speak
/// of what is wanted.
void add_other_failures(const PreviewInput& input, std::vector<plan::RolloutStanding>& standings) {
  const state::ObservedBox unseen;
  for (const auto& record : input.others) {
    if (!record.verdict || record.tombstone) continue;
    const auto secrets = state::resolve_secrets(record.spec.secrets, record.settings.secrets_dir);
    const auto wanted = wanted_of(input, record, secrets);
    plan::PlanInput planned;
    planned.record = &record;
    planned.observed = &unseen;
    planned.wanted = &wanted;
    standings.push_back(plan::standing_of(planned, {}));
  }
}

std::string halted(const PreviewInput& input, const plan::PlanInput& planned,
                   const std::vector<plan::RolloutStanding>& standings) {
  const auto& record = *planned.record;
  plan::RolloutQuestion question;
  question.source = record.source;
  question.limits = record.settings.rollout;
  question.resumed = input.orders.resumed(record.source);
  question.asked = std::max(planned.rollout_requested, planned.restart_requested);
  question.now = planned.now;
  const auto failures = plan::rollout_failures(standings, question);
  if (!plan::is_halted(failures, question.limits)) return {};
  return plan::halted_message(record.source, failures);
}

Result<bool> find_activity(const PreviewInput& input, const Draft& draft,
                           const std::stop_token& stop) {
  const auto* told = previous_of(input, draft.preview.record.name);
  if (!input.ask_activity) return told != nullptr && told->find("InUse") != nullptr;
  return is_session_active(input.engine, draft.preview.observed, draft.planned.now, stop);
}

Status make_plan(const PreviewInput& input, Draft& draft, const std::stop_token& stop) {
  auto& preview = draft.preview;
  auto& planned = draft.planned;
  preview.plan = plan::plan_box(planned);
  if (preview.plan.needs_activity) {
    BW_TRY_ASSIGN(planned.session_active, find_activity(input, draft, stop));
    preview.plan = plan::plan_box(planned);
  }
  if (preview.plan.needs_layer_size && input.measure_layers) {
    const auto view = plan::view_containers(planned);
    if (view.outdated != nullptr) {
      preview.layer = input.engine.writable_layer(*view.outdated, stop);
      // What cannot be measured holds nothing up here; the pass that needs it will say so.
      if (*preview.layer)
        planned.layer_size = (*preview.layer)->at_stake.value_or((*preview.layer)->size);
    }
    preview.plan = plan::plan_box(planned);
  }
  if (preview.plan.needs_memory_use) {
    planned.memory_in_use = Bytes{0};
    for (const auto& container : preview.observed.containers) {
      if (!container.is_alive()) continue;
      BW_TRY_ASSIGN(planned.memory_in_use, input.engine.memory_in_use(container.id, stop));
    }
    preview.plan = plan::plan_box(planned);
  }
  preview.secret_mac = draft.wanted.secret_mac;
  add_price(input, planned, preview, stop);
  SummaryInput summary;
  summary.planned = &planned;
  summary.plan = &preview.plan;
  summary.previous = previous_of(input, preview.record.name);
  if (const auto found = input.orders.problems.find(preview.record.name);
      found != input.orders.problems.end()) {
    summary.problem = found->second;
  }
  preview.status = summarise(summary);
  return {};
}

}  // namespace

Result<std::vector<BoxPreview>> preview_boxes(const PreviewInput& input, std::stop_token stop) {
  // A plan points into its draft, so drafts stay where they are.
  std::vector<std::unique_ptr<Draft>> drafts;
  std::vector<plan::RolloutStanding> standings;
  add_other_failures(input, standings);
  for (const auto& record : input.records) {
    drafts.push_back(std::make_unique<Draft>());
    drafts.back()->preview.record = record;
    BW_TRY(look_at(input, *drafts.back(), stop));
    standings.push_back(plan::standing_of(drafts.back()->planned, {}));
  }
  std::vector<BoxPreview> previews;
  for (const auto& draft : drafts) {
    draft->planned.rollout_halted = halted(input, draft->planned, standings);
    BW_TRY(make_plan(input, *draft, stop));
    previews.push_back(std::move(draft->preview));
  }
  return previews;
}

}  // namespace boxwright::reconcile
