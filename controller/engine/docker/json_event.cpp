// The event stream: only hints where to look.

#include <algorithm>
#include <array>

#include "controller/engine/docker/json_access.h"
#include "controller/engine/docker/json_parts.h"
#include "controller/engine/docker/json_read.h"
#include "state/ownership.h"

namespace boxwright::docker {

namespace {

struct Event {
  std::string type;
  std::string action;
  std::string id;
  std::map<std::string, std::string> attributes;
  WallTime at{};
};

std::string attribute(const Event& event, const char* key) {
  const auto found = event.attributes.find(key);
  return found == event.attributes.end() ? "" : found->second;
}

constexpr std::string_view kNamePrefix = "box-";

/// `box-ada.next` -> `ada`.
BoxName box_of_container_name(std::string_view name) {
  if (!name.starts_with(kNamePrefix)) return {};
  name.remove_prefix(kNamePrefix.size());
  return BoxName{std::string(name.substr(0, name.find('.')))};
}

/// `box-ada-workspace` -> `ada`; the key of a volume has no hyphen.
BoxName box_of_volume_name(std::string_view name) {
  const std::size_t hyphen = name.rfind('-');
  if (!name.starts_with(kNamePrefix) || hyphen < kNamePrefix.size()) return {};
  return BoxName{std::string(name.substr(kNamePrefix.size(), hyphen - kNamePrefix.size()))};
}

/// These change nothing that is observed, and probes make many of them.
bool changes_nothing(std::string_view action) {
  constexpr std::array kQuiet = {"exec_",  "attach",       "detach",         "resize", "top",
                                 "export", "archive-path", "extract-to-dir", "copy"};
  return std::any_of(kQuiet.begin(), kQuiet.end(),
                     [action](const char* quiet) { return action.starts_with(quiet); });
}

/// What we do with a hold ourselves makes events enough; only these may be somebody else's.
bool ends_holding(std::string_view action) {
  return action == "die" || action == "destroy" || action == "rename";
}

std::optional<engine::EngineEvent> hint(const Event& event) {
  engine::EngineEvent out{.box = {}, .container = {}, .action = event.action, .at = event.at};
  if (event.type == "container") {
    if (changes_nothing(event.action)) return std::nullopt;
    out.container = ContainerId{event.id};
    if (attribute(event, state::kLabelRole) == state::kRoleHold) {
      out.of_hold = true;
      return ends_holding(event.action) ? std::optional(out) : std::nullopt;
    }
    out.box = BoxName{attribute(event, state::kLabelBox)};
    if (out.box.empty()) out.box = box_of_container_name(attribute(event, "name"));
    // A rename gives the new name; the old one is what a box misses.
    if (out.box.empty() && event.action == "rename") {
      const std::string old_name = attribute(event, "oldName");
      std::string_view before = old_name;
      if (before.starts_with('/')) before.remove_prefix(1);
      out.box = box_of_container_name(before);
    }
    return out.box.empty() ? std::nullopt : std::optional(out);
  }
  if (event.type == "volume") {
    if (event.action != "create" && event.action != "destroy") return std::nullopt;
    out.box = box_of_volume_name(event.id);
    return out.box.empty() ? std::nullopt : std::optional(out);
  }
  if (event.type == "network") {
    out.container = ContainerId{attribute(event, "container")};
    return out;
  }
  if (event.type == "image") return out;
  return std::nullopt;
}

}  // namespace

Result<std::optional<engine::EngineEvent>> read_event(const std::string& line) {
  return read_document<std::optional<engine::EngineEvent>>(line, [](const Fields& document) {
    const Fields actor = document.inner("Actor");
    const std::chrono::nanoseconds since_epoch{document.integer("timeNano")};
    return hint({document.text("Type"), document.text("Action"), actor.text("ID"),
                 actor.text_map("Attributes"),
                 WallTime{std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch)}});
  });
}

}  // namespace boxwright::docker
