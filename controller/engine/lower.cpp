#include "controller/engine/lower.h"

#include <algorithm>

#include "controller/plan/plan_removal.h"
#include "state/ownership.h"

namespace boxwright::engine {

namespace {

using plan::ActionKind;
using plan::PlanInput;
using state::ContainerState;
using state::ObservedContainer;

/// Steps under one cause, and whether the box is between two running containers.
class Steps {
 public:
  Steps(std::vector<Step>& steps, std::string cause) : steps_(steps), cause_(std::move(cause)) {}
  void add(StepKind kind) const { steps_.push_back({std::move(kind), cause_, passage_}); }
  [[nodiscard]] bool makes(const VolumeName& name) const {
    return std::any_of(steps_.begin(), steps_.end(), [&name](const Step& step) {
      const auto* create = std::get_if<CreateVolume>(&step.kind);
      return create != nullptr && create->name == name;
    });
  }
  void begin_passage() { passage_ = true; }
  void end_passage() { passage_ = false; }

 private:
  std::vector<Step>& steps_;
  std::string cause_;
  bool passage_ = false;
};

bool runs(const PlanInput& input) {
  return input.record->spec.power == specs::Power::Running;
}

std::map<std::string, std::string> volume_labels(const PlanInput& input, const std::string& key) {
  state::OwnerLabels owner;
  owner.installation = input.installation;
  owner.uid = input.record->uid;
  owner.box = input.record->name;
  owner.role = state::kRoleVolume;
  owner.owner = input.record->owner;
  owner.volume_key = key;
  return state::write_owner(owner);
}

void ensure_network(const PlanInput& input, const Steps& steps) {
  if (plan::wanted_network(input) != nullptr) return;
  state::OwnerLabels owner;
  owner.installation = input.installation;
  owner.role = state::kRoleNetwork;
  steps.add(CreateNetwork{input.wanted->config.network, state::write_owner(owner)});
}

void ensure_image(const PlanInput& input, const Steps& steps) {
  const auto& spec = input.record->spec;
  const bool absent = !input.observed->wanted_image.has_value();
  const bool refresh = spec.pull == specs::PullPolicy::Always && !input.pulled;
  if (absent || refresh) steps.add(PullImage{spec.image});
}

void ensure_volumes(const PlanInput& input, const Steps& steps) {
  for (const auto& volume : plan::view_volumes(input)) {
    const bool make =
        volume.state == plan::VolumeState::New || (volume.remake && !volume.directory_missing);
    if (make && !steps.makes(volume.name))
      steps.add(CreateVolume{volume.name, volume_labels(input, volume.key)});
  }
}

bool mounts(const ObservedContainer& container, const VolumeName& volume) {
  const auto& list = container.config.mounts;
  return std::any_of(list.begin(), list.end(),
                     [&volume](const auto& one) { return one.volume == volume; });
}

bool is_mounted(const PlanInput& input, const VolumeName& volume) {
  const auto& containers = input.observed->containers;
  return std::any_of(containers.begin(), containers.end(),
                     [&volume](const auto& one) { return mounts(one, volume); });
}

void create_container(const PlanInput& input, const std::string& name, const Attempt& attempt,
                      const Steps& steps) {
  CreateContainer create;
  create.name = name;
  create.config = input.wanted->config;
  create.config.labels[state::kLabelAttempt] = attempt.str();
  const auto& expected = input.record->expected_volumes;
  for (const auto& volume : plan::view_volumes(input)) {
    // A volume that was never mounted still wants the image's owner and mode for its root.
    const bool on_record =
        std::find(expected.begin(), expected.end(), volume.key) != expected.end();
    if (volume.state == plan::VolumeState::Present &&
        (on_record || is_mounted(input, volume.name))) {
      create.no_copy.insert(volume.name);
    }
  }
  steps.add(std::move(create));
}

void create_all(const PlanInput& input, const std::string& name, const Attempt& attempt,
                const Steps& steps) {
  ensure_network(input, steps);
  ensure_image(input, steps);
  ensure_volumes(input, steps);
  create_container(input, name, attempt, steps);
}

void attach(const PlanInput& input, const ObservedContainer& container, const Steps& steps) {
  ensure_network(input, steps);
  const auto* network = plan::wanted_network(input);
  // With the network just made, its ID is known to the next observation only.
  if (network == nullptr || plan::is_attached(input, container)) return;
  for (const auto& attachment : container.attachments) {
    const bool stale = attachment.network == network->name && container.is_alive();
    if (stale) steps.add(DisconnectNetwork{container.id, attachment.network_id});
  }
  steps.add(ConnectNetwork{container.id, network->id});
}

void start(const PlanInput& input, const ObservedContainer& container, const Steps& steps) {
  attach(input, container, steps);
  if (plan::wanted_network(input) != nullptr) steps.add(StartContainer{container.id});
}

void stop(const PlanInput& input, const ObservedContainer& container, const Steps& steps) {
  if (container.state == ContainerState::Paused) steps.add(UnpauseContainer{container.id});
  steps.add(StopContainer{container.id, input.record->spec.stop_grace_period});
}

/// What people made in it outside the volumes is saved first, if that was not done yet. Of one that
/// never ran there is nothing.
void remove(const PlanInput& input, const ObservedContainer& container, const Steps& steps) {
  if (container.ever_started() && !input.saved_layers.contains(container.id)) {
    steps.add(SaveLayer{container.id});
  }
  steps.add(RemoveContainer{container.id, container.state == ContainerState::Dead});
}

bool changes_field(const plan::Action& action, const std::string& field) {
  return std::any_of(action.changes.begin(), action.changes.end(),
                     [&field](const auto& change) { return change.field == field; });
}

void change_live(const PlanInput& input, const plan::Action& action,
                 const ObservedContainer& container, const Steps& steps) {
  if (changes_field(action, "container name")) {
    steps.add(RenameContainer{container.id, state::container_name(input.record->name)});
  }
  if (changes_field(action, "network")) attach(input, container, steps);
  UpdateContainer update{container.id, std::nullopt, std::nullopt};
  const auto& wanted = input.wanted->config;
  const bool memory = changes_field(action, "spec.resources.memory");
  if (memory || changes_field(action, "spec.resources.cpus") ||
      changes_field(action, "spec.resources.pids")) {
    update.limits = wanted.limits;
    if (!memory) {
      update.limits->memory = container.config.limits.memory;
      update.limits->memory_swap = container.config.limits.memory_swap;
    }
  }
  if (changes_field(action, "spec.restart")) update.restart = wanted.restart;
  if (update.limits || update.restart) steps.add(update);
}

void replace(const PlanInput& input, const plan::BoxView& view, const Attempt& attempt,
             Steps& steps) {
  const auto& name = input.record->name;
  const auto& old = *view.outdated;
  const auto* candidate = view.current;
  if (candidate == nullptr) {
    create_all(input, state::candidate_name(name), attempt, steps);
    return;
  }
  // An engine restart in the middle must not bring the old one back beside the new one, also one
  // that is down already: under `always` it comes back.
  const bool may_come_back = old.config.restart != specs::RestartPolicy::No;
  if (may_come_back && (runs(input) || old.is_alive())) {
    steps.add(UpdateContainer{old.id, std::nullopt, specs::RestartPolicy::No});
  }
  if (old.is_alive()) {
    if (runs(input)) steps.begin_passage();
    stop(input, old, steps);
  } else if (runs(input) && !candidate->is_alive()) {
    steps.begin_passage();
  }
  if (old.name == state::container_name(name)) {
    steps.add(RenameContainer{old.id, state::previous_name(name)});
  }
  if (candidate->name != state::container_name(name)) {
    steps.add(RenameContainer{candidate->id, state::container_name(name)});
  }
  if (runs(input) && !candidate->is_alive()) start(input, *candidate, steps);
  steps.end_passage();
  const bool done =
      runs(input) ? plan::judge_candidate(input, *candidate) == plan::Trial::Passed : true;
  if (done) remove(input, old, steps);
}

void roll_back(const PlanInput& input, const plan::BoxView& view, Steps& steps) {
  const auto& name = input.record->name;
  const auto& old = *view.outdated;
  const auto& candidate = *view.current;
  const auto main = state::container_name(name);
  if (runs(input) && !old.is_alive()) steps.begin_passage();
  if (candidate.is_alive()) stop(input, candidate, steps);
  // A name that somebody else took meanwhile must not keep the old one down.
  const bool is_main_free = !plan::is_name_held(input, view, main);
  if (candidate.name == main && old.name != main &&
      !plan::is_name_held(input, view, state::candidate_name(name))) {
    steps.add(RenameContainer{candidate.id, state::candidate_name(name)});
  }
  if (old.name != main && is_main_free) steps.add(RenameContainer{old.id, main});
  if (old.config.restart != input.wanted->config.restart) {
    steps.add(UpdateContainer{old.id, std::nullopt, input.wanted->config.restart});
  }
  if (runs(input) && !old.is_alive()) start(input, old, steps);
  steps.end_passage();
  remove(input, candidate, steps);
}

void remake_volumes(const PlanInput& input, const plan::BoxView& view, const Steps& steps) {
  for (const auto& volume : plan::view_volumes(input)) {
    if (!volume.remake) continue;
    if (volume.directory_missing) {
      // Nothing is taken away before what can fail is done.
      ensure_image(input, steps);
      for (const auto& container : input.observed->containers) {
        const bool is_ours = plan::is_startable(view, container) && !container.is_alive();
        if (is_ours && mounts(container, volume.name)) remove(input, container, steps);
      }
      steps.add(RemoveVolume{volume.name});
    }
    steps.add(CreateVolume{volume.name, volume_labels(input, volume.key)});
  }
}

/// The container that stays as it is but for what can be changed live.
const ObservedContainer* kept(const plan::BoxView& view) {
  if (view.current != nullptr) return view.current;
  if (view.outdated != nullptr) return view.outdated;
  return view.drifted_unknown;
}

/// Dead and stopped ones first, oldest first; a running one last.
void remove_surplus(const PlanInput& input, const plan::BoxView& view, Steps& steps) {
  auto surplus = view.surplus;
  std::sort(surplus.begin(), surplus.end(), [](const auto* a, const auto* b) {
    return std::tuple(a->is_alive(), a->created_at, a->id) <
           std::tuple(b->is_alive(), b->created_at, b->id);
  });
  for (const auto* container : surplus) {
    if (container->is_alive()) {
      // The one to keep may be down: then this is a passage to it.
      if (runs(input) && kept(view) != nullptr && !kept(view)->is_alive()) steps.begin_passage();
      stop(input, *container, steps);
    }
    remove(input, *container, steps);
  }
}

void remove_box(const PlanInput& input, const plan::BoxView& view, const Steps& steps) {
  for (const auto& container : input.observed->containers) {
    const bool copy =
        std::find(view.copies.begin(), view.copies.end(), &container) != view.copies.end();
    if (copy || container.state == ContainerState::Removing) continue;
    if (container.state == ContainerState::Paused) steps.add(UnpauseContainer{container.id});
    if (container.is_alive()) {
      steps.add(StopContainer{container.id, plan::removal_grace(*input.record, input.now)});
    }
    remove(input, container, steps);
  }
}

void lower_kept(const PlanInput& input, const plan::Action& action,
                const ObservedContainer& container, Steps& steps) {
  switch (action.kind) {
    case ActionKind::Start: start(input, container, steps); return;
    case ActionKind::Unpause: steps.add(UnpauseContainer{container.id}); return;
    case ActionKind::ChangeLive: change_live(input, action, container, steps); return;
    case ActionKind::Restart:
      steps.begin_passage();
      stop(input, container, steps);
      start(input, container, steps);
      steps.end_passage();
      return;
    case ActionKind::Stop: stop(input, container, steps); return;
    default: return;
  }
}

void lower_action(const PlanInput& input, const plan::BoxView& view, const plan::BoxPlan& plan,
                  const plan::Action& action, const Attempt& attempt, Steps& steps) {
  switch (action.kind) {
    case ActionKind::Create:
      // Whatever a lost volume's container was, it is removed before a new one takes its name.
      if (kept(view) == nullptr) {
        create_all(input, state::container_name(input.record->name), attempt, steps);
      }
      return;
    case ActionKind::Replace: replace(input, view, attempt, steps); return;
    case ActionKind::RollBack: roll_back(input, view, steps); return;
    case ActionKind::RemakeVolume: remake_volumes(input, view, steps); return;
    case ActionKind::RemoveSurplus: remove_surplus(input, view, steps); return;
    case ActionKind::Remove: remove_box(input, view, steps); return;
    case ActionKind::RemoveVolumes:
      // While a container is left, the plan only says what follows.
      if (plan.actions.front().kind == ActionKind::Remove) return;
      for (const auto& name : plan::granted_volumes(input))
        steps.add(RemoveVolume{name});
      return;
    case ActionKind::Start:
    case ActionKind::Unpause:
    case ActionKind::ChangeLive:
    case ActionKind::Restart:
    case ActionKind::Stop:
      for (const auto& container : input.observed->containers) {
        if (container.id == plan.kept) lower_kept(input, action, container, steps);
      }
      return;
  }
}

}  // namespace

std::vector<Step> lower(const plan::PlanInput& input, const plan::BoxPlan& plan,
                        const Attempt& attempt) {
  std::vector<Step> list;
  if (plan.actions.empty()) return list;
  const auto view = plan::view_containers(input);
  bool remade = false;
  const bool open = plan::passage_is_open(input, view);
  for (const auto& action : plan.actions) {
    // One call of remake_volumes covers them all.
    if (action.kind == ActionKind::RemakeVolume && std::exchange(remade, true)) continue;
    Steps steps(list, action.cause);
    if (open) steps.begin_passage();
    lower_action(input, view, plan, action, attempt, steps);
  }
  return list;
}

bool is_additive(const Step& step) {
  return std::holds_alternative<CreateVolume>(step.kind) ||
         std::holds_alternative<CreateNetwork>(step.kind);
}

}  // namespace boxwright::engine
