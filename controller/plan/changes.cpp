#include "controller/plan/changes.h"

#include <fmt/core.h>

#include <algorithm>

#include "controller/plan/blockers.h"
#include "controller/plan/compare.h"
#include "specs/model/canonical.h"
#include "state/ownership.h"

namespace boxwright::plan {

namespace {

constexpr const char* kDrift = "drift";

const state::KnownContainer* known_of(const PlanInput& input, const ContainerId& id) {
  for (const auto& known : input.record->containers) {
    if (known.id == id) return &known;
  }
  return nullptr;
}

/// The spec a container was made from, when it is remembered.
std::optional<specs::BoxSpec> made_from(const PlanInput& input, const ContainerId& id) {
  const auto* known = known_of(input, id);
  if (known == nullptr || known->spec_json.empty()) return std::nullopt;
  auto spec = specs::spec_from_canonical_json(known->spec_json);
  if (!spec) return std::nullopt;
  return *spec;
}

/// `boxes/ada.yaml:9` of the field or the nearest enclosing one that was written; with a rollback
/// in force, that.
std::string place_of(const state::BoxRecord& record, const std::string& field) {
  if (record.rollback) return "rollback to generation " + record.rollback->to;
  const auto place = specs::place_of_field(record.fields, record.origin, field);
  return place.at.line > 0 ? fmt::format("{}:{}", place.file, place.at.line) : place.file;
}

FieldChange as_change(const PlanInput& input, const FieldDifference& difference, Remedy remedy,
                      bool by_hand) {
  return {difference.field, difference.from, difference.to, remedy,
          by_hand ? std::string{kDrift} : place_of(*input.record, difference.field)};
}

/// A hand changed it if the spec that the container was made from says what is wanted now.
bool changed_by_hand(const std::optional<specs::BoxSpec>& before, const specs::BoxSpec& now,
                     const std::string& field) {
  if (!before) return true;
  for (const auto& difference : compare_specs(*before, now)) {
    if (difference.field == field) return false;
  }
  return true;
}

void add_memory(const PlanInput& input, const state::ObservedContainer& container,
                FieldChange change, LiveChanges& live) {
  const auto now = container.config.limits.memory;
  const auto wanted = input.wanted->config.limits.memory;
  const bool lower = now.count == 0 || wanted < now;
  const bool is_harmless = !lower || !container.is_alive();
  if (!is_harmless && !input.memory_in_use) {
    live.needs_memory_use = true;
  } else if (is_harmless || input.memory_in_use->count * 10 < wanted.count * 9) {
    live.changes.push_back(std::move(change));
  } else {
    live.memory_waits = true;
  }
}

void add_name(const PlanInput& input, const BoxView& view,
              const state::ObservedContainer& container, LiveChanges& live) {
  const auto wanted = state::container_name(input.record->name);
  if (container.name == wanted) return;
  if (is_name_held(input, view, wanted)) {
    live.name_taken = true;
    return;
  }
  live.changes.push_back({"container name", container.name, wanted, Remedy::Live, kDrift});
}

void add_network(const PlanInput& input, const state::ObservedContainer& container,
                 LiveChanges& live) {
  const auto& name = input.wanted->config.network;
  if (is_attached(input, container)) return;
  const bool exists = wanted_network(input) != nullptr;
  live.changes.push_back(
      {"network", exists ? "not attached" : "absent", name, Remedy::Live, kDrift});
}

/// Long values (an environment variable may hold a page) are cut between two characters.
std::string cut(const std::string& value) {
  constexpr std::size_t kBytesMax = 60;
  if (value.size() <= kBytesMax) return value;
  std::size_t end = kBytesMax;
  while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xC0U) == 0x80U)
    --end;
  return value.substr(0, end) + "...";
}

}  // namespace

std::string changes_text(const std::vector<FieldChange>& changes) {
  constexpr std::size_t kFieldsMax = 3;
  std::string text;
  for (std::size_t i = 0; i < std::min(changes.size(), kFieldsMax); ++i) {
    const auto& one = changes[i];
    text += fmt::format("{}{} {} -> {}", i == 0 ? "" : ", ", one.field, cut(one.from), cut(one.to));
    if (!one.source.empty() && one.source != kDrift) text += " (" + one.source + ")";
  }
  if (changes.size() > kFieldsMax)
    text += fmt::format(", and {} more", changes.size() - kFieldsMax);
  return text;
}

LiveChanges live_changes(const PlanInput& input, const BoxView& view,
                         const state::ObservedContainer& container) {
  LiveChanges live;
  add_name(input, view, container, live);
  add_network(input, container, live);
  const auto& wanted = input.wanted->config;
  // Nearly every box at nearly every look: no text is made, no old spec is read.
  if (container.config.limits == wanted.limits && container.config.restart == wanted.restart) {
    return live;
  }
  // One call sends all of them, and the engine would refuse it.
  if (wants_too_many_cpus(input)) return live;
  const auto before = made_from(input, container.id);
  const auto swap = input.observed->limits_swap ? SwapAccounting::Present : SwapAccounting::Unknown;
  for (const auto& difference : compare_live(container.config, wanted, swap)) {
    const bool by_hand = changed_by_hand(before, input.record->spec, difference.field);
    auto change = as_change(input, difference, Remedy::Live, by_hand);
    if (difference.field == "spec.resources.memory") {
      add_memory(input, container, std::move(change), live);
    } else {
      live.changes.push_back(std::move(change));
    }
  }
  return live;
}

std::vector<FieldChange> replacement_changes(const PlanInput& input,
                                             const state::ObservedContainer& old) {
  const auto before = made_from(input, old.id);
  const auto* known = known_of(input, old.id);
  const auto found_image = input.observed->container_images.find(old.image_id);
  const auto image = found_image == input.observed->container_images.end()
                         ? std::nullopt
                         : std::optional(found_image->second);
  std::map<std::string, std::string> printable;
  if (before) printable = before->env;
  std::vector<FieldChange> changes;
  for (const auto& difference : compare_containers(old.config, image, *input.wanted,
                                                   input.record->spec.secrets, printable)) {
    changes.push_back(as_change(input, difference, Remedy::Replace, known == nullptr));
  }
  const auto& wanted_image = input.observed->wanted_image;
  if (input.record->spec.update.image == specs::ImagePolicy::Follow && wanted_image &&
      wanted_image->id != old.image_id && old.config.image == input.record->spec.image) {
    changes.push_back({"image ID", old.image_id.str(), wanted_image->id.str(), Remedy::Replace,
                       "update.image: follow"});
  }
  return changes;
}

std::vector<std::string> extra_networks(const PlanInput& input,
                                        const state::ObservedContainer& container) {
  std::vector<std::string> names;
  for (const auto& attachment : container.attachments) {
    if (attachment.network != input.wanted->config.network) names.push_back(attachment.network);
  }
  std::sort(names.begin(), names.end());
  return names;
}

state::KnownContainer known_container(const PlanInput& input,
                                      const state::ObservedContainer& container) {
  state::KnownContainer known;
  known.id = container.id;
  known.attempt = container.owner.attempt;
  known.spec_hash = input.wanted->spec_hash;
  known.secret_mac =
      input.wanted->secrets_missing ? container.owner.secret_mac : input.wanted->secret_mac;
  known.renderer = container.owner.renderer;
  known.image_id = container.image_id;
  known.spec_json = specs::canonical_json(input.record->spec);
  return known;
}

std::string failure_message(const PlanInput& input, const state::ObservedContainer& candidate) {
  const auto& name = input.record->name.str();
  std::string what;
  if (!candidate.ever_started()) {
    what = "could not be started";
    for (const auto& watch : input.watches) {
      if (watch.container == candidate.id) what += ": " + watch.start_refused;
    }
  } else if (!candidate.is_alive()) {
    what = candidate.engine_error.empty() ? fmt::format("exited with code {}", candidate.exit_code)
                                          : candidate.engine_error;
  } else if (candidate.restart_count > 0) {
    what = "exited and was restarted by the engine";
  } else if (candidate.health == state::Health::Unhealthy) {
    what = "became unhealthy";
  } else {
    what = fmt::format("was not healthy within {}",
                       format_duration(input.record->spec.update.health_timeout));
  }
  return fmt::format(
      "the new container of box {} {}; the old one goes on. Change the spec, or ask "
      "again with `boxwright restart {}`",
      name, what, name);
}

}  // namespace boxwright::plan
