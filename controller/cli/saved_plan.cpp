#include "controller/cli/saved_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "specs/model/canonical.h"

namespace boxwright::cli {

namespace {

using nlohmann::json;

constexpr const char* kVersion = "boxwright.dev/v1";
constexpr const char* kKind = "SavedPlan";

/// A crash-looping container is now the one, now the other.
std::string_view life_of(const state::ObservedContainer& container) {
  return container.state == state::ContainerState::Restarting
             ? to_string(state::ContainerState::Running)
             : to_string(container.state);
}

void add_container(const state::ObservedContainer& container,
                   std::map<std::string, std::string>& facts) {
  const auto id = container.id.str().substr(0, 12);
  const auto about = "container " + (container.name.empty() ? id : container.name);
  const auto& limits = container.config.limits;
  facts[about] = id;
  facts[about + " state"] = life_of(container);
  facts[about + " image"] = container.image_id.str();
  facts[about + " cpus"] = to_string(limits.cpus);
  facts[about + " memory"] = to_string(limits.memory);
  facts[about + " pids"] = std::to_string(std::max<std::int64_t>(limits.pids, 0));
  facts[about + " restart policy"] = to_string(container.config.restart);
  for (const auto& attachment : container.attachments) {
    facts[about + " network " + attachment.network] = attachment.network_id.str().substr(0, 12);
  }
}

/// The settings of its source that reach a box.
std::string settings_text(const specs::SourceSettings& settings) {
  return fmt::format("domain={} routing={} network={} entryPoint={} secretsDir={}", settings.domain,
                     settings.routing == specs::RoutingMode::Labels ? "labels" : "none",
                     settings.network, settings.entry_point, settings.secrets_dir);
}

std::map<std::string, std::string> facts_of(const reconcile::BoxPreview& box) {
  std::map<std::string, std::string> facts;
  const auto& record = box.record;
  facts["source"] = record.source.str();
  facts["source settings"] = settings_text(record.settings);
  facts["owner"] = record.owner;
  facts["declared"] = record.tombstone ? "no" : "yes";
  if (!box.secret_mac.empty()) facts["secrets"] = box.secret_mac;
  for (const auto& container : box.observed.containers)
    add_container(container, facts);
  for (const auto& volume : box.observed.volumes) {
    facts["volume " + volume.name.str()] = volume.directory_missing ? "without its files" : "there";
  }
  for (const auto& network : box.observed.networks)
    facts[fmt::format("network {} {}", network.name, network.id.str().substr(0, 12))] = "there";
  for (const auto& holder : box.observed.name_holders)
    facts["name " + holder.name] = "held by " + holder.id.str().substr(0, 12);
  if (box.observed.wanted_image) {
    facts["image " + record.spec.image] = box.observed.wanted_image->id.str();
  }
  return facts;
}

json names_json(const std::vector<std::string>& names) {
  return json(names);
}

/// A member of the wrong type is taken as absent; what matters is compared anyhow.
std::string text_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::vector<std::string> texts_of(const json& object, const char* key) {
  std::vector<std::string> texts;
  const auto found = object.find(key);
  if (found == object.end() || !found->is_array()) return texts;
  for (const auto& item : *found) {
    if (item.is_string()) texts.push_back(item.get<std::string>());
  }
  return texts;
}

json member(const json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? json(nullptr) : *found;
}

std::string compact(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

SavedBox read_box(const json& item) {
  SavedBox box;
  box.name = text_of(item, "name");
  box.spec = compact(member(item, "spec"));
  box.actions = compact(member(item, "actions"));
  const auto facts = member(item, "facts");
  if (!facts.is_object()) return box;
  for (const auto& [key, value] : facts.items()) {
    if (value.is_string()) box.facts[key] = value.get<std::string>();
  }
  return box;
}

tl::unexpected<Error> no_plan(const std::string& why) {
  return fail(ErrorCode::InvalidSpec, RetryClass::Terminal,
              "this is no plan that `boxwright plan --out FILE` saved: {}", why);
}

const SavedBox* find_box(const std::vector<SavedBox>& boxes, const std::string& name) {
  const auto found = std::find_if(boxes.begin(), boxes.end(),
                                  [&name](const auto& box) { return box.name == name; });
  return found == boxes.end() ? nullptr : &*found;
}

std::vector<std::string> spec_moves(const SavedBox& then, const SavedBox& now) {
  std::vector<std::string> moves;
  const auto before = specs::spec_from_canonical_json(then.spec);
  const auto after = specs::spec_from_canonical_json(now.spec);
  if (before && after) {
    for (const auto& change : plan::compare_specs(*before, *after)) {
      moves.push_back(
          fmt::format("{}: {}: {} -> {}", now.name, change.field, change.from, change.to));
    }
  }
  if (moves.empty() && then.spec != now.spec) moves.push_back(now.name + ": its spec changed");
  return moves;
}

std::vector<std::string> fact_moves(const SavedBox& then, const SavedBox& now) {
  std::vector<std::string> moves;
  const auto tell = [&](const std::string& what, const std::string& from, const std::string& to) {
    moves.push_back(fmt::format("{}: {}: {} -> {}", now.name, what, from, to));
  };
  for (const auto& [what, from] : then.facts) {
    const auto found = now.facts.find(what);
    if (what == "secrets") {
      if (found != now.facts.end() && found->second != from) {
        moves.push_back(now.name + ": a secret has another value");
      }
    } else if (found == now.facts.end()) {
      tell(what, from, "(none)");
    } else if (found->second != from) {
      tell(what, from, found->second);
    }
  }
  for (const auto& [what, to] : now.facts) {
    if (what != "secrets" && !then.facts.contains(what)) tell(what, "(none)", to);
  }
  return moves;
}

/// `replace, start`, for people.
std::string kinds_of(const std::string& actions) {
  const auto list = json::parse(actions, nullptr, false);
  std::string kinds;
  if (!list.is_array()) return "nothing";
  for (const auto& one : list)
    kinds += (kinds.empty() ? "" : ", ") + (one.is_object() ? text_of(one, "action") : "");
  return kinds.empty() ? "nothing" : kinds;
}

void add_moves(const SavedBox& then, const SavedBox& now, std::vector<std::string>& moves) {
  auto found = spec_moves(then, now);
  const auto facts = fact_moves(then, now);
  found.insert(found.end(), facts.begin(), facts.end());
  if (found.empty() && then.actions != now.actions) {
    found.push_back(fmt::format("{}: to be done: {} -> {}", now.name, kinds_of(then.actions),
                                kinds_of(now.actions)));
    if (kinds_of(then.actions) == kinds_of(now.actions)) {
      found.back() += ", for other reasons";
    }
  }
  moves.insert(moves.end(), found.begin(), found.end());
}

}  // namespace

std::vector<SavedBox> saved_boxes(const PlanView& view) {
  std::vector<SavedBox> boxes;
  for (const auto& box : view.boxes) {
    boxes.push_back({box.record.name.str(), specs::canonical_json(box.record.spec),
                     actions_json(box.plan), facts_of(box)});
  }
  return boxes;
}

std::string saved_plan_text(const SavedPlan& saved) {
  json boxes = json::array();
  for (const auto& box : saved.boxes) {
    boxes.push_back({{"name", box.name},
                     {"spec", json::parse(box.spec, nullptr, false)},
                     {"actions", json::parse(box.actions, nullptr, false)},
                     {"facts", box.facts}});
  }
  const json root = {{"apiVersion", kVersion},
                     {"kind", kKind},
                     {"madeAt", saved.made_at},
                     {"madeBy", saved.made_by},
                     {"installation", saved.installation},
                     {"engine", {{"id", saved.engine_id}, {"dataRoot", saved.data_root}}},
                     {"folders", names_json(saved.folders)},
                     {"table", saved.table},
                     {"scope",
                      {{"boxes", names_json(saved.scope.boxes)},
                       {"sources", names_json(saved.scope.sources)},
                       {"selector", saved.scope.selector}}},
                     {"removals", names_json(saved.removals)},
                     {"boxes", std::move(boxes)},
                     {"plan", json::parse(saved.plan, nullptr, false)}};
  return root.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

Result<SavedPlan> read_saved_plan(const std::string& text) {
  const auto root = json::parse(text, nullptr, false);
  if (root.is_discarded() || !root.is_object()) return no_plan("it is not a JSON object");
  if (text_of(root, "kind") != kKind) {
    return no_plan(fmt::format("its kind is `{}`", text_of(root, "kind")));
  }
  if (text_of(root, "apiVersion") != kVersion) {
    return no_plan(fmt::format("its apiVersion is `{}`, this program reads {}",
                               text_of(root, "apiVersion"), kVersion));
  }
  SavedPlan saved;
  saved.made_at = text_of(root, "madeAt");
  saved.made_by = text_of(root, "madeBy");
  saved.installation = text_of(root, "installation");
  const auto engine = member(root, "engine");
  saved.engine_id = text_of(engine, "id");
  saved.data_root = text_of(engine, "dataRoot");
  saved.folders = texts_of(root, "folders");
  saved.table = member(root, "table") == true;
  const auto scope = member(root, "scope");
  saved.scope = {texts_of(scope, "boxes"), texts_of(scope, "sources"), text_of(scope, "selector")};
  saved.removals = texts_of(root, "removals");
  const auto boxes = member(root, "boxes");
  if (!boxes.is_array()) return no_plan("it has no list `boxes`");
  for (const auto& item : boxes) {
    if (!item.is_object()) return no_plan("`boxes` holds something else than objects");
    saved.boxes.push_back(read_box(item));
  }
  const auto plan = member(root, "plan");
  saved.plan = plan.is_null() ? std::string{} : compact(plan);
  return saved;
}

std::vector<std::string> what_moved(const SavedPlan& then, const SavedPlan& now) {
  std::vector<std::string> moves;
  if (then.installation != now.installation) {
    moves.push_back(fmt::format("installation: {} -> {}", then.installation, now.installation));
  }
  if (then.engine_id != now.engine_id || then.data_root != now.data_root) {
    moves.push_back(fmt::format("engine: {} at {} -> {} at {}", then.engine_id, then.data_root,
                                now.engine_id, now.data_root));
  }
  for (const auto& box : then.boxes) {
    const auto* found = find_box(now.boxes, box.name);
    if (found == nullptr) {
      moves.push_back(box.name + ": is no longer declared");
    } else {
      add_moves(box, *found, moves);
    }
  }
  for (const auto& box : now.boxes) {
    if (find_box(then.boxes, box.name) == nullptr) {
      moves.push_back(box.name + ": was not declared when the plan was made");
    }
  }
  return moves;
}

}  // namespace boxwright::cli
