#pragma once
// A folder of YAML files with a marker.

#include <filesystem>
#include <memory>
#include <vector>

#include "specs/source/snapshot.h"

namespace boxwright::specs {

/// Opens a folder source. The folder may be absent or unreadable; that is a result of poll(), not
/// of this call. Reads only regular `*.yaml`/`*.yml` files without a leading dot, below `folder`
/// (sub-folders too, without a leading dot; links are not followed out of the folder).
[[nodiscard]] std::unique_ptr<SpecSource> open_folder_source(const std::filesystem::path& folder);

/// Every problem of every file in a folder, those of its marker too: read at once, without waiting
/// until the folder is at rest. For telling a person what to mend, never for acting. Empty where
/// the folder cannot be listed.
[[nodiscard]] std::vector<Problem> read_problems(const std::filesystem::path& folder);

/// The wait between the two listings that must agree.
inline constexpr Duration kSettleTime{500};

}  // namespace boxwright::specs
