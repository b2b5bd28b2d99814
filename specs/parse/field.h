#pragma once
// One row for each field of a document: what decoder, schema, reference page and `explain` read.

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "specs/parse/codes.h"
#include "specs/parse/draft.h"

namespace boxwright::specs {

enum class FieldType {
  Envelope,   ///< Judged before the table is chosen, and not again by it.
  Object,     ///< A map whose fields have rows of their own.
  Map,        ///< A map whose keys a person chooses; one row with `*` says what is under each.
  List,       ///< A list; one row with `*` says what each item is.
  Text,       ///< A string. A plain number or boolean must be quoted.
  AnyText,    ///< Any scalar, taken as written.
  Flag,       ///< true or false.
  Integer,    ///< A whole decimal number.
  Cpus,       ///< A decimal number of CPUs.
  Size,       ///< A number with a binary unit.
  TimeSpan,   ///< Whole numbers with units.
  Choice,     ///< One of `choices`.
  Volume,     ///< A path, an object, or null, which drops an inherited volume.
  Elsewhere,  ///< A map that is read by another table.
};

/// What changing a field of a running box takes.
enum class FieldRemedy { None, Live, Restart, Replace, Refuse };

/// `Given::number` of a Volume: a path, the long form, or null.
inline constexpr std::int64_t kGivenPath = 0;
inline constexpr std::int64_t kGivenObject = 1;
inline constexpr std::int64_t kGivenNull = 2;

/// A value that passed its type and range.
struct Given {
  std::string_view key;     ///< What stands for the innermost `*` of the path.
  std::string_view text;    ///< The scalar as written, escapes resolved.
  std::int64_t number = 0;  ///< Flag 0 or 1, Choice its index, others in the smallest unit.
};

/// Why a value is not taken.
struct Complaint {
  Code code;
  std::string message;
  bool about_key = false;  ///< Shown at the innermost chosen key, not at the value.
};
using Verdict = std::optional<Complaint>;

struct Field {
  std::string_view path;  ///< Dotted; `*` stands for a chosen key or a list item.
  FieldType type = FieldType::Object;
  std::string_view fallback = {};  ///< The default as one would write it; empty: none.
  std::string_view choices = {};   ///< Separated by `|`, in the order of the enumerators.
  std::int64_t min = 0;            ///< In the smallest unit: bytes, billionths of a CPU, ms.
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
  std::string_view documentation = {};
  FieldRemedy remedy = FieldRemedy::None;
  bool required = false;
  Verdict (*set)(Draft&, const Given&) = nullptr;  ///< Checks the rest and stores the value.
  /// What `set` wants of a text, as far as a regular expression (ECMA 262) can say it: for the
  /// schema. The check in `set` decides.
  std::string_view pattern = {};
  std::string_view key_pattern = {};  ///< The same of a Map's keys.
  std::string_view one_of = {};  ///< Of an Object: at most one of these fields, set off by `|`.
};

/// One kind of document and its table.
struct DocumentKind {
  std::string_view name;  ///< `Box`.
  std::string_view documentation;
  std::span<const Field> fields;
};
/// Box, Fleet, Defaults and Source.
[[nodiscard]] std::span<const DocumentKind> document_kinds();

[[nodiscard]] std::span<const Field> box_fields();
[[nodiscard]] std::span<const Field> defaults_fields();
[[nodiscard]] std::span<const Field> fleet_fields();
[[nodiscard]] std::span<const Field> source_fields();

/// The row with this path; nullptr if there is none.
[[nodiscard]] const Field* find_field(std::span<const Field> fields, std::string_view path);

}  // namespace boxwright::specs
