#pragma once
// What several of the JSON readers share. Private to this folder.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "controller/engine/docker/json_access.h"
#include "state/container_config.h"

namespace boxwright::docker {

/// `Env`: a list of `NAME=value`; a bare `NAME` has no value.
[[nodiscard]] std::map<std::string, std::string> read_env(const Fields& config);
/// `Healthcheck` of a container's or image's config.
[[nodiscard]] state::EngineHealthCheck read_healthcheck(const Fields& config);

/// Parses the text, reads it with `read(Fields)`, and fails with the first problem it met.
template <class T, class Read>
[[nodiscard]] Result<T> read_document(const std::string& text, const Read& read) {
  BW_TRY_ASSIGN(const nlohmann::json document, parse_json(text));
  std::string problem;
  if (!document.is_object()) problem = "the document is not an object";
  T value = read(Fields(document, "", problem));
  if (!problem.empty()) return fail(ErrorCode::Corrupt, RetryClass::Transient, "{}", problem);
  return value;
}

/// The same for a document that is a list; null is an empty one.
template <class T, class Read>
[[nodiscard]] Result<std::vector<T>> read_items(const std::string& text, const Read& read) {
  BW_TRY_ASSIGN(nlohmann::json document, parse_json(text));
  const nlohmann::json wrapped = {{"items", std::move(document)}};
  std::string problem;
  std::vector<T> values;
  for (const Fields& item : Fields(wrapped, "", problem).items("items"))
    values.push_back(read(item));
  if (!problem.empty()) return fail(ErrorCode::Corrupt, RetryClass::Transient, "{}", problem);
  return values;
}

}  // namespace boxwright::docker
