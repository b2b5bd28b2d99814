#pragma once
// Which version of the Engine API to speak. Pure.

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "specs/base/error.h"

namespace boxwright::docker {

struct ApiVersion {
  int major = 0;
  int minor = 0;
  auto operator<=>(const ApiVersion&) const = default;
};

/// From here on: /system/df can be asked for volumes alone (Engine 23).
inline constexpr ApiVersion kUsageByTypeApi{1, 42};
/// From here on: StartInterval in health checks, several endpoints at create (Engine 25).
inline constexpr ApiVersion kStartIntervalApi{1, 44};

/// `1.41`. nullopt for anything else.
[[nodiscard]] std::optional<ApiVersion> parse_api_version(std::string_view text);
[[nodiscard]] std::string to_string(ApiVersion version);

/// The newest version that both sides speak. `theirs_oldest` empty: not told (accepted).
/// Unsupported/Terminal, naming both ranges, if there is none.
[[nodiscard]] Result<ApiVersion> negotiate(ApiVersion ours_oldest, ApiVersion ours_newest,
                                           std::string_view theirs_oldest,
                                           std::string_view theirs_newest);

/// A 400 whose reason is that the version in the path is too old or too new: the engine was
/// replaced under us.
[[nodiscard]] bool is_version_refusal(int status, std::string_view words);

}  // namespace boxwright::docker
