// Boxes as machines read them.

#include <nlohmann/json.hpp>

#include "controller/cli/look.h"
#include "controller/cli/terminal.h"
#include "specs/model/canonical.h"

namespace boxwright::cli {

namespace {

using nlohmann::json;

json conditions_json(const state::BoxStatus& status) {
  json conditions = json::array();
  for (const auto& condition : status.conditions) {
    conditions.push_back({{"type", condition.type},
                          {"status", to_string(condition.status)},
                          {"reason", condition.reason},
                          {"message", condition.message},
                          {"observedGeneration", condition.observed_generation},
                          {"lastTransitionTime", to_rfc3339(condition.last_transition)}});
  }
  return conditions;
}

json shown_json(const ShownBox& box) {
  const auto& record = box.record;
  const auto* container = box.container();
  json origin = {{"file", record.origin.file}, {"line", record.origin.at.line}};
  json status = {
      {"conditions", conditions_json(box.status)},
      {"container", box.status.container.str()},
      {"containerState", box.status.container_state},
      {"restarts", container == nullptr ? json(nullptr) : json(container->restart_count)},
      {"url", box.status.url},
      {"observedAt", to_rfc3339(box.status.observed_at)},
      {"fresh", box.fresh.has_value()}};
  status["rollback"] = record.rollback
                           ? json{{"to", record.rollback->to}, {"by", record.rollback->by}}
                           : json(nullptr);
  return {{"apiVersion", "boxwright.dev/v1"},
          {"kind", "Box"},
          {"metadata",
           {{"name", record.name.str()},
            {"uid", record.uid.str()},
            {"owner", record.owner},
            {"labels", record.labels},
            {"generation", record.generation},
            {"source", record.source.str()},
            {"origin", std::move(origin)},
            {"toBeRemoved", record.tombstone.has_value()}}},
          {"spec", json::parse(specs::canonical_json(record.spec))},
          {"status", std::move(status)}};
}

/// A name without a box: no spec, and one condition that says what it is.
json shown_json(const ShownName& name) {
  const json ready = {{"type", "Ready"},
                      {"status", name.reason == "Orphaned" ? "Unknown" : "False"},
                      {"reason", name.reason},
                      {"message", name.message}};
  return {{"apiVersion", "boxwright.dev/v1"},
          {"kind", "Box"},
          {"metadata", {{"name", name.name}}},
          {"spec", nullptr},
          {"status", {{"conditions", json::array({ready})}}}};
}

std::string to_text(const json& root) {
  return inert_json(root.dump(2, ' ', false, json::error_handler_t::replace)) + "\n";
}

}  // namespace

std::string box_json(const ShownBox& box) {
  return to_text(shown_json(box));
}

std::string box_json(const ShownName& name) {
  return to_text(shown_json(name));
}

std::string watch_line(const std::string& type, const std::string& object) {
  const json line = {{"type", type}, {"object", json::parse(object)}};
  return inert_json(line.dump(-1, ' ', false, json::error_handler_t::replace)) + "\n";
}

std::string without_times(const std::string& object) {
  auto box = json::parse(object, nullptr, false);
  if (box.is_object() && box.contains("status") && box["status"].is_object()) {
    box["status"].erase("observedAt");
    box["status"].erase("fresh");
  }
  return box.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string box_list_json(const Looked& looked) {
  json items = json::array();
  for (const auto& box : looked.boxes)
    items.push_back(shown_json(box));
  for (const auto& name : looked.names)
    items.push_back(shown_json(name));
  json root = {{"apiVersion", "boxwright.dev/v1"}, {"kind", "BoxList"}, {"items", items}};
  root["engineError"] = looked.engine_error.empty() ? json(nullptr) : json(looked.engine_error);
  return to_text(root);
}

}  // namespace boxwright::cli
