#pragma once
// YAML for `-o yaml`: from a JSON text of ours, so that both outputs say the same.

#include <string>

namespace boxwright::cli {

/// Block style. Strings that any YAML reader might take for something else (also the yes/no and
/// sexagesimal numbers of YAML 1.1) are quoted. `json` is a text that we made; a broken one throws.
[[nodiscard]] std::string yaml_from_json(const std::string& json);

}  // namespace boxwright::cli
