#pragma once
// The JSON Schema of all kinds of document, made from the tables of fields.

#include <string>

namespace boxwright::specs {

/// Draft 2020-12, as text that ends with a newline. Always the same for one build.
[[nodiscard]] std::string json_schema();

}  // namespace boxwright::specs
