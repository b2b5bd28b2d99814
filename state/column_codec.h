#pragma once
// Maps, lists and small records as the JSON text of one column, and back. Private to this folder.
// Reading gives Corrupt for anything that writing does not make; absent fields take their default,
// so that an earlier version's text stays readable.

#include <string>
#include <utility>
#include <vector>

#include "specs/base/error.h"
#include "state/records.h"

namespace boxwright::state {

/// Milliseconds since 1970, as the memory database keeps moments.
[[nodiscard]] inline std::int64_t to_column(WallTime time) {
  return time.time_since_epoch().count();
}
[[nodiscard]] inline WallTime time_from_column(std::int64_t milliseconds) {
  return WallTime{Duration{milliseconds}};
}

using StringMap = std::map<std::string, std::string>;
using FieldPlaces = std::map<std::string, specs::FieldPlace>;
using Sizes = std::vector<std::pair<WallTime, int>>;
using Removals = std::vector<std::pair<WallTime, BoxName>>;

[[nodiscard]] std::string to_json(const StringMap& map);
[[nodiscard]] std::string to_json(const FieldPlaces& fields);
[[nodiscard]] std::string to_json(const std::vector<std::string>& list);
[[nodiscard]] std::string to_json(const std::vector<BoxName>& names);
[[nodiscard]] std::string to_json(const Sizes& sizes);
[[nodiscard]] std::string to_json(const Removals& removals);
[[nodiscard]] std::string to_json(const specs::SourceSettings& settings);
[[nodiscard]] std::string to_json(const Tombstone& tombstone);
[[nodiscard]] std::string to_json(const Verdict& verdict);
[[nodiscard]] std::string to_json(const RollbackHold& hold);
[[nodiscard]] std::string to_json(const std::vector<Condition>& conditions);

/// `from_json<StringMap>(text)`; made for exactly the types above.
template <class T>
[[nodiscard]] Result<T> from_json(const std::string& text);

template <>
Result<StringMap> from_json(const std::string& text);
template <>
Result<FieldPlaces> from_json(const std::string& text);
template <>
Result<std::vector<std::string>> from_json(const std::string& text);
template <>
Result<std::vector<BoxName>> from_json(const std::string& text);
template <>
Result<Sizes> from_json(const std::string& text);
template <>
Result<Removals> from_json(const std::string& text);
template <>
Result<specs::SourceSettings> from_json(const std::string& text);
template <>
Result<Tombstone> from_json(const std::string& text);
template <>
Result<Verdict> from_json(const std::string& text);
template <>
Result<RollbackHold> from_json(const std::string& text);
template <>
Result<std::vector<Condition>> from_json(const std::string& text);

}  // namespace boxwright::state
