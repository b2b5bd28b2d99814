#pragma once
// The image of the container that holds volumes: one file, made here, pulled from nowhere.

#include <memory>
#include <string>

namespace boxwright::engine {

/// Where the program lies in the image.
inline constexpr const char* kHoldProgramPath = "/hold";

/// `boxwright/hold:<digest of the program>`: another program is another image.
[[nodiscard]] const std::string& hold_image();
/// Its root file system as a tar archive.
[[nodiscard]] std::shared_ptr<const std::string> hold_archive();

}  // namespace boxwright::engine
