#pragma once
// What the tables of fields and codes say, for people: `boxwright explain` and the reference pages.

#include <string>
#include <string_view>
#include <vector>

namespace boxwright::specs {

/// All about a code, such as `BW0103`; empty: there is none such.
[[nodiscard]] std::string explain_code(std::string_view id);

/// All about a field: `spec.resources.memory`, or without `spec.`, or its last word alone where
/// that is clear; also the name of a kind (`Fleet`), and `Fleet.spec.names`. Where several kinds
/// have different fields of the name, all of them. Empty: there is none such.
[[nodiscard]] std::string explain_field(std::string_view name);

/// Every name that can be explained, for suggestions: codes, kinds, paths with and without `spec.`.
[[nodiscard]] std::vector<std::string> explainable();

/// docs/reference/fields.md.
[[nodiscard]] std::string fields_page();
/// docs/reference/errors.md.
[[nodiscard]] std::string errors_page();

}  // namespace boxwright::specs
