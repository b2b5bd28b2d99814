#include "controller/engine/docker/json_access.h"

#include <utility>

namespace boxwright::docker {

namespace {

constexpr WallTime kNever{std::chrono::milliseconds{-1}};

bool too_deep(const std::string& text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
      continue;
    }
    if (c == '"') in_string = true;
    if ((c == '{' || c == '[') && ++depth > kDeepestJson) return true;
    if (c == '}' || c == ']') --depth;
  }
  return false;
}

}  // namespace

Result<nlohmann::json> parse_json(const std::string& text) {
  if (too_deep(text)) {
    return fail(ErrorCode::Corrupt, RetryClass::Transient, "JSON nested deeper than {} levels",
                kDeepestJson);
  }
  nlohmann::json document = nlohmann::json::parse(text, nullptr, false);
  if (document.is_discarded()) {
    return fail(ErrorCode::Corrupt, RetryClass::Transient, "not JSON ({} bytes)", text.size());
  }
  return document;
}

Fields::Fields(const nlohmann::json& object, std::string path, std::string& problem)
    : object_(&object), path_(std::move(path)), problem_(&problem) {
  if (!object.is_object() && !object.is_null() && problem.empty()) {
    problem = fmt::format("{} is {}, not an object", path_.empty() ? "the document" : path_,
                          object.type_name());
  }
}

const nlohmann::json* Fields::find(const char* key) const {
  if (!object_->is_object()) return nullptr;
  const auto found = object_->find(key);
  return found == object_->end() || found->is_null() ? nullptr : &*found;
}

void Fields::complain(const char* key, const char* expected) const {
  if (!problem_->empty()) return;
  *problem_ = fmt::format("{}{}{} is not {}", path_, path_.empty() ? "" : ".", key, expected);
}

Fields Fields::inner(const char* key) const {
  static const nlohmann::json kNull;
  const nlohmann::json* found = find(key);
  return {found == nullptr ? kNull : *found, path_.empty() ? key : path_ + "." + key, *problem_};
}

std::string Fields::text(const char* key) const {
  const nlohmann::json* found = find(key);
  if (found == nullptr) return {};
  if (const auto* text = found->get_ptr<const std::string*>()) return *text;
  complain(key, "a string");
  return {};
}

std::int64_t Fields::integer(const char* key) const {
  const nlohmann::json* found = find(key);
  if (found == nullptr) return 0;
  // Unsigned values above the signed range occur: "unlimited" in cgroup statistics.
  if (found->is_number_unsigned() &&
      found->get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX)) {
    return INT64_MAX;
  }
  if (found->is_number_integer()) return found->get<std::int64_t>();
  complain(key, "a whole number");
  return 0;
}

bool Fields::flag(const char* key) const {
  const nlohmann::json* found = find(key);
  if (found == nullptr) return false;
  if (const auto* flag = found->get_ptr<const bool*>()) return *flag;
  complain(key, "true or false");
  return false;
}

std::vector<std::string> Fields::texts(const char* key) const {
  std::vector<std::string> out;
  const nlohmann::json* found = find(key);
  if (found == nullptr) return out;
  if (!found->is_array()) complain(key, "a list of strings");
  for (const nlohmann::json& item : *found) {
    if (const auto* text = item.get_ptr<const std::string*>()) {
      out.push_back(*text);
    } else {
      complain(key, "a list of strings");
    }
  }
  return out;
}

std::map<std::string, std::string> Fields::text_map(const char* key) const {
  std::map<std::string, std::string> out;
  const nlohmann::json* found = find(key);
  if (found == nullptr) return out;
  if (!found->is_object()) {
    complain(key, "a map of strings");
    return out;
  }
  for (const auto& [name, value] : found->items()) {
    if (const auto* text = value.get_ptr<const std::string*>()) {
      out[name] = *text;
    } else {
      complain(key, "a map of strings");
    }
  }
  return out;
}

std::vector<Fields> Fields::items(const char* key) const {
  std::vector<Fields> out;
  const nlohmann::json* found = find(key);
  if (found == nullptr) return out;
  if (!found->is_array()) {
    complain(key, "a list");
    return out;
  }
  for (const nlohmann::json& item : *found)
    out.emplace_back(item, fmt::format("{}[]", key), *problem_);
  return out;
}

std::vector<std::pair<std::string, Fields>> Fields::members(const char* key) const {
  std::vector<std::pair<std::string, Fields>> out;
  const nlohmann::json* found = find(key);
  if (found == nullptr) return out;
  if (!found->is_object()) {
    complain(key, "an object");
    return out;
  }
  for (const auto& [name, value] : found->items()) {
    out.emplace_back(name, Fields(value, fmt::format("{}.*", key), *problem_));
  }
  return out;
}

std::vector<std::string> Fields::keys(const char* key) const {
  std::vector<std::string> out;
  const nlohmann::json* found = find(key);
  if (found == nullptr) return out;
  if (!found->is_object()) complain(key, "an object");
  if (found->is_object()) {
    for (const auto& [name, value] : found->items())
      out.push_back(name);
  }
  return out;
}

WallTime Fields::time(const char* key) const {
  const std::string written = text(key);
  if (written.empty()) return kNever;
  const Result<WallTime> parsed = parse_rfc3339(written);
  if (!parsed) {
    complain(key, "a time");
    return kNever;
  }
  return *parsed;
}

Duration Fields::nanoseconds(const char* key) const {
  return std::chrono::duration_cast<Duration>(std::chrono::nanoseconds{integer(key)});
}

}  // namespace boxwright::docker
