#include "controller/reconcile/preview.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "controller/plan/rollout.h"
#include "controller/plan/slice.h"
#include "controller/reconcile/activity.h"
#include "controller/reconcile/plan_input.h"
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
void read_requests(const PreviewInput& input, plan::PlanInput& planned) {
  for (auto request : input.orders.requests) {
    if (!is_about(request, planned.record->name)) continue;
    const bool is_unbound =
        request.verb == state::Request::Verb::Rollout && request.argument.empty();
    if (is_unbound) request.argument = plan::wanted_key(planned);
    (void)take_request(request, planned);
  }
}

plan::PlanInput plan_input(const PreviewInput& input, const Draft& draft) {
  const auto* told = previous_of(input, draft.preview.record.name);
  auto planned =
      input_for({draft.preview.record, draft.preview.observed, draft.wanted, draft.secrets,
                 input.orders, told, input.installation, input.clock.wall_now()});
  planned.crash_looping = told != nullptr && told->find("CrashLooping") != nullptr;
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
  return wanted_for(record, input.installation, secrets, has_key ? &input.mac_key : nullptr);
}

/// By what a list shows. A list knows the images of containers only, and no foreign volume: where
/// anything is to be done or told, the box is looked at by itself.
bool is_at_rest(const Draft& draft) {
  const auto plan = plan::plan_box(draft.planned);
  return plan.is_empty() && plan.held.empty() && plan.findings.empty() && plan.is_complete() &&
         !plan.awaiting_health && !plan.learn && !draft.preview.record.tombstone &&
         draft.preview.observed.wanted_image.has_value();
}

Status look_at(const PreviewInput& input, const plan::FleetIndex* listed, Draft& draft,
               const std::stop_token& stop) {
  const auto& record = draft.preview.record;
  draft.secrets = state::resolve_secrets(record.spec.secrets, record.settings.secrets_dir);
  draft.wanted = wanted_of(input, record, draft.secrets);
  if (listed != nullptr) {
    draft.preview.observed = listed->slice(record);
    draft.planned = plan_input(input, draft);
    if (is_at_rest(draft)) return {};
  }
  BW_TRY_ASSIGN(draft.preview.observed,
                input.engine.observe_box(query_for(record, input.installation), stop));
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
  std::optional<plan::FleetIndex> listed;
  if (input.listed != nullptr) listed.emplace(*input.listed);
  for (const auto& record : input.records) {
    drafts.push_back(std::make_unique<Draft>());
    drafts.back()->preview.record = record;
    BW_TRY(look_at(input, listed ? &*listed : nullptr, *drafts.back(), stop));
    standings.push_back(plan::standing_of(drafts.back()->planned, {}));
  }
  std::vector<BoxPreview> previews;
  for (const auto& draft : drafts) {
    draft->planned.rollout_halted =
        plan::halted_by(standings, question_for(draft->planned, input.orders));
    BW_TRY(make_plan(input, *draft, stop));
    previews.push_back(std::move(draft->preview));
  }
  return previews;
}

}  // namespace boxwright::reconcile
