#include "controller/layers/layer_note.h"

#include <nlohmann/json.hpp>

namespace boxwright::layers {

namespace {

using nlohmann::json;

constexpr const char* kApiVersion = "boxwright.dev/v1";
constexpr const char* kKind = "Layer";

std::string text_of(const json& document, const char* key) {
  return document.value(key, std::string{});
}

WallTime time_of(const json& document, const char* key) {
  return parse_rfc3339(text_of(document, key)).value_or(WallTime{});
}

LayerNote note_of(const json& document) {
  LayerNote note;
  note.box = BoxName{text_of(document, "box")};
  note.uid = BoxUid{text_of(document, "uid")};
  note.name = text_of(document, "name");
  note.container = ContainerId{text_of(document, "container")};
  note.image = text_of(document, "image");
  note.image_id = ImageId{text_of(document, "imageId")};
  note.home = text_of(document, "home");
  note.saved_at = time_of(document, "savedAt");
  note.keep_until = time_of(document, "keepUntil");
  if (document.contains("finishedAt")) note.finished_at = time_of(document, "finishedAt");
  note.files = document.value("files", std::size_t{0});
  note.size = Bytes{document.value("bytes", std::int64_t{0})};
  note.deleted = document.value("deleted", std::vector<std::string>{});
  for (const auto& one : document.value("leftOut", json::array()))
    note.left_out.push_back({text_of(one, "path"), text_of(one, "why")});
  if (document.contains("archive")) {
    const auto& archive = document.at("archive");
    note.archive =
        PackedLayer{Bytes{archive.value("bytes", std::int64_t{0})}, text_of(archive, "sha256")};
  }
  note.given_up = text_of(document, "givenUp");
  return note;
}

}  // namespace

bool speaks_of(const LayerNote& note, const state::ObservedContainer& container) {
  return note.container == container.id && !container.is_alive() &&
         note.finished_at == container.finished_at;
}

std::string note_json(const LayerNote& note) {
  json document = {{"apiVersion", kApiVersion},
                   {"kind", kKind},
                   {"box", note.box.str()},
                   {"uid", note.uid.str()},
                   {"name", note.name},
                   {"container", note.container.str()},
                   {"image", note.image},
                   {"imageId", note.image_id.str()},
                   {"home", note.home},
                   {"savedAt", to_rfc3339(note.saved_at)},
                   {"keepUntil", to_rfc3339(note.keep_until)},
                   {"files", note.files},
                   {"bytes", note.size.count},
                   {"deleted", note.deleted}};
  if (note.finished_at) document["finishedAt"] = to_rfc3339(*note.finished_at);
  auto left_out = json::array();
  for (const auto& one : note.left_out)
    left_out.push_back({{"path", one.path}, {"why", one.why}});
  document["leftOut"] = std::move(left_out);
  if (note.archive) {
    document["archive"] = {{"bytes", note.archive->size.count}, {"sha256", note.archive->sha256}};
  }
  if (!note.given_up.empty()) document["givenUp"] = note.given_up;
  return document.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

Result<LayerNote> read_note(const std::string& text) {
  const auto document = json::parse(text, nullptr, false);
  const auto corrupt = [] {
    return fail(ErrorCode::Corrupt, RetryClass::Terminal, "it is no note of a saved layer");
  };
  if (!document.is_object()) return corrupt();
  try {
    if (text_of(document, "apiVersion") != kApiVersion || text_of(document, "kind") != kKind) {
      return corrupt();
    }
    return note_of(document);
  } catch (const json::exception&) {
    return corrupt();
  }
}

}  // namespace boxwright::layers
