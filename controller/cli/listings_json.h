#pragma once
// What volumes hold, as digest files and `-o json` tell it. Kept apart, so that no other header
// needs the JSON library.

#include <nlohmann/json.hpp>

#include "controller/cli/tar_listing.h"

namespace boxwright::cli {

/// What stands before a digest.
inline constexpr const char* kHashName = "sha256:";

/// An array: key, files, entries, size, digest.
[[nodiscard]] nlohmann::json listings_array(const VolumeListings& listings);

}  // namespace boxwright::cli
