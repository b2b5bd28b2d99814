#pragma once
// Reading JSON without exceptions or trust. Private to this folder: the only header of it that
// shows the JSON library.

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "specs/base/clock.h"
#include "specs/base/error.h"

namespace boxwright::docker {

/// Deeper documents are refused before the parser sees them.
inline constexpr int kDeepestJson = 64;

/// Parses one document. Corrupt/Transient if it is none or nested too deeply.
[[nodiscard]] Result<nlohmann::json> parse_json(const std::string& text);

/// The members of one JSON object. An absent or null member gives the type's empty value, since the
/// engine omits and nulls freely; a member of another type is a problem, kept in `problem` (the
/// first one wins), so that a reader is a plain list of fields with one check at its end.
class Fields {
 public:
  /// `object` and `problem` must outlive this. Anything but an object or null is a problem.
  Fields(const nlohmann::json& object, std::string path, std::string& problem);

  [[nodiscard]] Fields inner(const char* key) const;
  [[nodiscard]] std::string text(const char* key) const;
  [[nodiscard]] std::int64_t integer(const char* key) const;
  [[nodiscard]] bool flag(const char* key) const;
  [[nodiscard]] std::vector<std::string> texts(const char* key) const;
  [[nodiscard]] std::map<std::string, std::string> text_map(const char* key) const;
  [[nodiscard]] std::vector<Fields> items(const char* key) const;
  /// Every member that is an object, by its name.
  [[nodiscard]] std::vector<std::pair<std::string, Fields>> members(const char* key) const;
  [[nodiscard]] std::vector<std::string> keys(const char* key) const;
  /// An RFC 3339 time; absent, empty and the zero time are before 1970.
  [[nodiscard]] WallTime time(const char* key) const;
  /// Nanoseconds to milliseconds.
  [[nodiscard]] Duration nanoseconds(const char* key) const;
  [[nodiscard]] bool has(const char* key) const { return find(key) != nullptr; }

  void complain(const char* key, const char* expected) const;

 private:
  [[nodiscard]] const nlohmann::json* find(const char* key) const;

  const nlohmann::json* object_;
  std::string path_;
  std::string* problem_;
};

}  // namespace boxwright::docker
