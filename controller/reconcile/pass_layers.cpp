// What a container holds outside its volumes: measured before it is replaced, saved before it goes.

#include <fmt/core.h>

#include <algorithm>

#include "controller/engine/told_log.h"
#include "controller/engine/writable_layer.h"
#include "controller/layers/save_layer.h"
#include "controller/plan/layer_hold.h"
#include "controller/reconcile/pass.h"
#include "state/ownership.h"

namespace boxwright::reconcile {

namespace {

/// The engine walks all of a layer to measure it.
constexpr Duration kMeasureHolds{60'000};
/// Less than the time between relists.
constexpr Duration kNotesHold{25'000};
/// So often in a row it may be the engine's bad moment; then a person has to know.
constexpr int kSaveTries = 3;

const state::ObservedContainer* find(const state::ObservedBox& observed, const ContainerId& id) {
  for (const auto& container : observed.containers) {
    if (container.id == id) return &container;
  }
  return nullptr;
}

/// Somebody's removal of it failed half-way. The engine reads out what is left, or nothing at all.
constexpr const char* kHalfRemoved =
    "the container was dead: what a removal had taken of it before is lost";

/// No retry brings it back; a disk of ours that is full would.
bool is_out_of_reach(const Error& error) {
  return !is_engine_away(error) && error.code != ErrorCode::Unavailable;
}

std::string unsaved_text(const state::ObservedContainer& container, const Error& error) {
  return fmt::format(
      "not saved: what was changed below {} outside the volumes, since the container was dead and "
      "the engine reads nothing out of it any more: {}",
      engine::homes_text(engine::homes_of(container)), error.message);
}

Error not_saved(const std::string& box, Error error) {
  if (is_engine_away(error)) return error;
  error.message = fmt::format(
      "the old container of box {0} stays, since what was changed in it outside its volumes could "
      "not be saved: {1}; mend that, or let it go with `boxwright accept {0} --lose-layer`",
      box, error.message);
  return error;
}

std::string saved_text(const layers::LayerNote& note) {
  if (!note.archive && note.deleted.empty()) {
    return fmt::format("nothing had changed below {} outside the volumes", note.home);
  }
  auto text = fmt::format("saved {} files, {}", note.files, to_string(note.size));
  if (!note.deleted.empty()) text += fmt::format(", and noted {} deleted", note.deleted.size());
  if (!note.left_out.empty()) text += fmt::format(", left out {}", note.left_out.size());
  return text +
         fmt::format("; `boxwright layer restore {} {}` gives it back", note.box.str(), note.name);
}

/// Every label of the container that is not its image's loses its value in the new one, above all
/// the routes; ours say whose it is. A container made from it is a copy, as of any image committed
/// of a box. Of the variables those keep their values that are no secret for sure.
engine::CommitImage image_of_layer(const state::BoxRecord& record,
                                   const state::ObservedContainer& container,
                                   const state::ImageConfig& image) {
  engine::CommitImage commit;
  commit.id = container.id;
  commit.reference = fmt::format("boxwright-layer/{}:{}", record.name.str(),
                                 container.owner.attempt.empty() ? container.id.str().substr(0, 12)
                                                                 : container.owner.attempt.str());
  for (const auto& [key, value] : container.config.labels) {
    const auto own = image.labels.find(key);
    if (own == image.labels.end() || own->second != value) commit.labels[key] = "";
  }
  state::OwnerLabels owner;
  owner.installation = container.owner.installation;
  owner.uid = container.owner.uid;
  owner.box = container.owner.box;
  owner.attempt = container.owner.attempt;
  owner.role = state::kRoleLayer;
  for (const auto& [key, value] : state::write_owner(owner))
    commit.labels[key] = value;
  commit.labels["traefik.enable"] = "false";
  for (const auto& [name, value] : engine::possible_secrets(container, record.spec, image))
    commit.blank.insert(name);
  return commit;
}

}  // namespace

Status Reconciler::measure_layer(Pass& pass) {
  const auto view = plan::view_containers(pass.input);
  if (view.outdated == nullptr) {
    pass.input.layer_size = Bytes{0};
    return {};
  }
  auto& seen = pass.memory->layer;
  if (!seen || seen->container != view.outdated->id || pass.now - seen->at > kMeasureHolds) {
    const auto layer = parts_.engine.writable_layer(*view.outdated, pass.stop);
    if (!layer && is_engine_away(layer.error())) return tl::unexpected(layer.error());
    // One that cannot be measured holds nothing up: what counts is whether it can be saved.
    const auto size = layer ? layer->at_stake.value_or(layer->size) : Bytes{0};
    seen = BoxMemory::SeenLayer{view.outdated->id, pass.now, size};
  }
  pass.input.layer_size = seen->size;
  return {};
}

/// Only this process writes notes: they are read again once it did, and otherwise once a relist.
const std::vector<layers::LayerNote>* Reconciler::notes_of(Pass& pass) {
  auto& seen = pass.memory->notes;
  if (seen && pass.now - seen->at <= kNotesHold) return &seen->notes;
  seen.reset();
  auto notes = parts_.layers.notes(pass.record.uid);
  if (!notes) return nullptr;
  seen = BoxMemory::SeenNotes{pass.now, std::move(*notes)};
  // Only whom they speak of counts here, and these may be long.
  for (auto& note : seen->notes) {
    note.deleted.clear();
    note.left_out.clear();
  }
  return &seen->notes;
}

void Reconciler::read_layers(Pass& pass) {
  const auto& containers = pass.observed.containers;
  const bool may_be_saved = std::any_of(
      containers.begin(), containers.end(),
      [](const auto& container) { return container.ever_started() && !container.is_alive(); });
  if (!may_be_saved) return;
  auto& saved = pass.input.saved_layers;
  if (pass.input.accepted.contains(plan::kLoseLayer)) saved = pass.memory->given_up_layers;
  // What cannot be read is saved again.
  const auto* notes = notes_of(pass);
  if (notes == nullptr) return;
  for (const auto& container : containers) {
    const bool is_saved = std::any_of(notes->begin(), notes->end(), [&container](const auto& note) {
      return layers::speaks_of(note, container);
    });
    if (is_saved) saved.insert(container.id);
  }
}

/// The image first: once the files are saved, this is not come back to.
Status Reconciler::commit_layer(Pass& pass, const engine::Step& save,
                                const state::ObservedContainer& container) {
  auto& made = pass.memory->layer_images;
  const auto known = made.find(container.id);
  if (known != made.end() && known->second == container.finished_at) return {};
  const engine::Step step{
      image_of_layer(pass.record, container, image_of(pass.observed, container)), save.cause,
      save.in_passage};
  parts_.announcer.step(pass.name, step);
  const auto began = parts_.clock.mono_now();
  const auto reply = parts_.engine.perform(step, [](const std::string&) {}, pass.stop);
  const auto took = std::chrono::duration_cast<Duration>(parts_.clock.mono_now() - began);
  if (!reply) {
    tell_event(pass, step, std::string{to_string(reply.error().code)}, reply.error().message, took);
    return tl::unexpected(reply.error());
  }
  made[container.id] = container.finished_at;
  tell_event(pass, step, "ok", std::get<engine::CommitImage>(step.kind).reference, took);
  return {};
}

/// Unless a person said that it may be lost, an error says that it is not kept. Then what can be
/// is, all the same.
Result<std::vector<std::string>> Reconciler::keep_layer(Pass& pass, const engine::Step& step,
                                                        const state::ObservedContainer& container) {
  const bool is_dead = container.state == state::ContainerState::Dead;
  const bool may_lose = pass.input.accepted.contains(plan::kLoseLayer);
  const auto is_let_go = [may_lose](const Error& error) {
    return may_lose && !is_engine_away(error);
  };
  std::vector<std::string> told;
  // The engine makes no image of a dead one.
  if (parts_.keep_layer_images && !is_dead) {
    if (auto made = commit_layer(pass, step, container); !made) {
      if (!is_let_go(made.error())) return tl::unexpected(made.error());
      told.push_back("no image was made of it, as accepted: " + made.error().message);
    }
  }
  pass.memory->notes.reset();
  const layers::SaveOrder order{container, pass.name, pass.record.uid, parts_.clock.wall_now(),
                                pass.record.settings.layers.keep};
  const auto saved = layers::save_layer(parts_.engine, parts_.layers, order, pass.stop);
  if (saved) {
    told.push_back(saved_text(*saved));
    if (is_dead) told.emplace_back(kHalfRemoved);
    return told;
  }
  if (is_dead && is_out_of_reach(saved.error())) {
    BW_TRY(layers::give_up_layer(parts_.layers, order, saved.error().message));
    told.push_back(unsaved_text(container, saved.error()));
    return told;
  }
  if (!is_let_go(saved.error())) return tl::unexpected(saved.error());
  // Noted where that can be; the order itself stands until the container is gone.
  pass.memory->given_up_layers.insert(container.id);
  (void)layers::give_up_layer(parts_.layers, order, saved.error().message);
  told.push_back("not saved, as accepted: " + saved.error().message);
  return told;
}

Result<engine::StepReply> Reconciler::save_layer(Pass& pass, const engine::Step& step,
                                                 const ContainerId& id) {
  const auto* container = find(pass.observed, id);
  if (container == nullptr) return engine::StepReply{};
  auto kept = keep_layer(pass, step, *container);
  auto& failures = pass.memory->save_failures;
  failures = kept ? 0 : failures + 1;
  if (kept) return engine::StepReply{.created = {}, .warnings = std::move(*kept)};
  auto error = not_saved(pass.name.str(), std::move(kept).error());
  if (failures >= kSaveTries && !is_engine_away(error)) error.retry = RetryClass::Terminal;
  return tl::unexpected(std::move(error));
}

}  // namespace boxwright::reconcile
