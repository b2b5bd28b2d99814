#include "controller/reconcile/preview.h"

#include "controller/plan/fleet.h"
#include "controller/plan/wanted.h"
#include "state/ownership.h"

namespace boxwright::reconcile {

namespace {

const state::BoxStatus* previous_of(const PreviewInput& input, const BoxName& name) {
  for (const auto& status : input.previous) {
    if (status.name == name) return &status;
  }
  return nullptr;
}

plan::PlanInput plan_input(const PreviewInput& input, const BoxPreview& preview,
                           const plan::Wanted& wanted, const state::ResolvedSecrets& secrets) {
  plan::PlanInput planned;
  planned.record = &preview.record;
  planned.observed = &preview.observed;
  planned.wanted = &wanted;
  planned.installation = input.installation;
  planned.now = input.clock.wall_now();
  planned.secrets_message = secrets.message;
  planned.suspended = plan::is_suspended(preview.record, input.orders.requests);
  planned.observation_stale = input.orders.observation_stale;
  planned.disk_low = input.orders.disk_low;
  for (const auto& request : input.orders.requests) {
    const bool mine = request.state == "pending" && request.subject == preview.record.name.str();
    if (mine && request.verb == state::Request::Verb::Accept) {
      planned.accepted.insert(request.argument);
    }
    if (mine && request.verb == state::Request::Verb::Restart) {
      planned.restart_requested = request.at;
    }
  }
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

Status preview_one(const PreviewInput& input, BoxPreview& preview, const std::stop_token& stop) {
  const auto& record = preview.record;
  engine::BoxQuery query;
  query.installation = input.installation;
  query.uid = record.uid;
  query.name = record.name;
  query.image = record.spec.image;
  for (const auto& [key, volume] : record.spec.volumes) {
    query.volume_names.insert(state::volume_name(record.name, key));
  }
  BW_TRY_ASSIGN(preview.observed, input.engine.observe_box(query, stop));

  const auto secrets = state::resolve_secrets(record.spec.secrets, record.settings.secrets_dir);
  const bool has_key = !input.mac_key.bytes.reveal().empty();
  const auto wanted = plan::wanted_container({.name = record.name,
                                              .uid = record.uid,
                                              .installation = input.installation,
                                              .spec = &record.spec,
                                              .settings = &record.settings,
                                              .secrets = &secrets,
                                              .mac_key = has_key ? &input.mac_key : nullptr});
  auto planned = plan_input(input, preview, wanted, secrets);
  preview.plan = plan::plan_box(planned);
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
  preview.secret_mac = wanted.secret_mac;
  add_price(input, planned, preview, stop);
  SummaryInput summary;
  summary.planned = &planned;
  summary.plan = &preview.plan;
  summary.previous = previous_of(input, record.name);
  if (const auto found = input.orders.problems.find(record.name);
      found != input.orders.problems.end()) {
    summary.problem = found->second;
  }
  preview.status = summarise(summary);
  return {};
}

}  // namespace

Result<std::vector<BoxPreview>> preview_boxes(const PreviewInput& input, std::stop_token stop) {
  std::vector<BoxPreview> previews;
  for (const auto& record : input.records) {
    BoxPreview preview;
    preview.record = record;
    BW_TRY(preview_one(input, preview, stop));
    previews.push_back(std::move(preview));
  }
  return previews;
}

}  // namespace boxwright::reconcile
