#include "controller/cli/layer_text.h"

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "controller/cli/terminal.h"
#include "specs/base/units.h"

namespace boxwright::cli {

namespace {

using layers::LayerEntry;
using layers::LayerNote;
using nlohmann::json;

std::string dumped(const json& root) {
  return inert_json(root.dump(2, ' ', false, json::error_handler_t::replace)) + "\n";
}

json note_fields(const LayerNote& note) {
  auto left_out = json::array();
  for (const auto& one : note.left_out)
    left_out.push_back({{"path", one.path}, {"why", one.why}});
  json archive = nullptr;
  if (note.archive) {
    archive = {{"bytes", note.archive->size.count}, {"sha256", note.archive->sha256}};
  }
  return {{"name", note.name},
          {"box", note.box.str()},
          {"uid", note.uid.str()},
          {"container", note.container.str()},
          {"image", note.image},
          {"imageId", note.image_id.str()},
          {"home", note.home},
          {"savedAt", to_rfc3339(note.saved_at)},
          {"keepUntil", to_rfc3339(note.keep_until)},
          {"files", note.files},
          {"bytes", note.size.count},
          {"deleted", note.deleted},
          {"leftOut", std::move(left_out)},
          {"archive", std::move(archive)},
          {"givenUp", note.given_up}};
}

std::string state_of(const LayerNote& note) {
  if (!note.given_up.empty()) return "given up";
  if (note.archive) return "saved";
  return note.deleted.empty() ? "nothing changed" : "deletions only";
}

std::string mode_text(const LayerEntry& entry) {
  return fmt::format("{:04o} {}:{}", entry.mode, entry.uid, entry.gid);
}

}  // namespace

bool has_files(const LayerNote& note) {
  return note.archive.has_value();
}

std::vector<LayerNote> layers_of(const std::vector<LayerNote>& all, const std::string& box,
                                 const std::string& start) {
  std::vector<LayerNote> found;
  for (const auto& note : all) {
    if (note.box.str() != box || !note.name.starts_with(start)) continue;
    // A whole name may be the beginning of others, and means none of them.
    if (note.name == start) return {note};
    found.push_back(note);
  }
  return found;
}

std::string layers_json(const std::vector<LayerNote>& notes) {
  auto items = json::array();
  for (const auto& note : notes)
    items.push_back(note_fields(note));
  return dumped({{"apiVersion", "boxwright.dev/v1"}, {"kind", "LayerList"}, {"items", items}});
}

std::string layers_table(const std::vector<LayerNote>& notes, bool all, WallTime now) {
  std::vector<std::vector<std::string>> rows{
      {"BOX", "LAYER", "SAVED", "KEPT FOR", "FILES", "SIZE", "STATE", "IMAGE"}};
  for (const auto& note : notes) {
    const bool is_empty = !note.archive && note.given_up.empty() && note.deleted.empty();
    if (is_empty && !all) continue;
    rows.push_back(
        {printable(note.box.str()), printable(note.name), age(now - note.saved_at) + " ago",
         age(std::max(Duration{0}, Duration{note.keep_until - now})), std::to_string(note.files),
         to_string(note.size), state_of(note), printable(note.image)});
  }
  return rows.size() == 1 ? std::string{} : table(rows);
}

std::string layer_json(const LayerNote& note, const std::vector<LayerEntry>& entries) {
  auto contents = json::array();
  for (const auto& entry : entries) {
    contents.push_back({{"path", entry.path},
                        {"kind", entry.kind},
                        {"bytes", entry.size.count},
                        {"mode", entry.mode},
                        {"uid", entry.uid},
                        {"gid", entry.gid},
                        {"modifiedAt", to_rfc3339(entry.modified_at)}});
  }
  auto root = note_fields(note);
  root["apiVersion"] = "boxwright.dev/v1";
  root["kind"] = "Layer";
  root["contents"] = std::move(contents);
  return dumped(root);
}

std::string layer_text(const LayerNote& note, const std::vector<LayerEntry>& entries) {
  auto text = fmt::format("{} of box {}: {}, from container {} of image {}, saved {}\n",
                          printable(note.name), printable(note.box.str()), state_of(note),
                          note.container.str().substr(0, 12), printable(note.image),
                          to_rfc3339(note.saved_at));
  if (!note.given_up.empty()) text += "not saved: " + printable(note.given_up) + "\n";
  std::vector<std::vector<std::string>> rows;
  for (const auto& entry : entries) {
    rows.push_back({entry.kind, mode_text(entry),
                    entry.kind == "file" ? to_string(entry.size) : "-", printable(entry.path)});
  }
  for (const auto& path : note.deleted)
    rows.push_back({"deleted", "-", "-", printable(path)});
  for (const auto& one : note.left_out)
    rows.push_back({"left out", "-", "-", printable(one.path) + ": " + printable(one.why)});
  return rows.empty() ? text : text + table(rows);
}

}  // namespace boxwright::cli
