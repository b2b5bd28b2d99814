#include "controller/engine/docker/api_version.h"

#include <algorithm>
#include <charconv>

namespace boxwright::docker {

std::optional<ApiVersion> parse_api_version(std::string_view text) {
  ApiVersion version;
  const char* begin = text.data();
  const char* end = begin + text.size();
  const auto major = std::from_chars(begin, end, version.major);
  if (major.ec != std::errc{} || major.ptr == end || *major.ptr != '.') return std::nullopt;
  const auto minor = std::from_chars(major.ptr + 1, end, version.minor);
  if (minor.ec != std::errc{} || minor.ptr != end) return std::nullopt;
  if (version.major < 0 || version.minor < 0) return std::nullopt;
  return version;
}

std::string to_string(ApiVersion version) {
  return fmt::format("{}.{}", version.major, version.minor);
}

Result<ApiVersion> negotiate(ApiVersion ours_oldest, ApiVersion ours_newest,
                             std::string_view theirs_oldest, std::string_view theirs_newest) {
  const auto newest = parse_api_version(theirs_newest);
  if (!newest) {
    return fail(ErrorCode::Unsupported, RetryClass::Terminal,
                "what answers does not name a Docker Engine API version: is it a Docker Engine?");
  }
  const auto oldest = parse_api_version(theirs_oldest);
  const ApiVersion common = std::min(ours_newest, *newest);
  if (common < ours_oldest) {
    return fail(ErrorCode::Unsupported, RetryClass::Terminal,
                "the Docker Engine is too old: it speaks API {} at most, and {} (Engine 20.10) is "
                "needed: upgrade the engine",
                to_string(*newest), to_string(ours_oldest));
  }
  if (oldest && common < *oldest) {
    return fail(
        ErrorCode::Unsupported, RetryClass::Terminal,
        "the Docker Engine is too new: it speaks API {} at least, and this Boxwright speaks {} "
        "at most: upgrade Boxwright",
        to_string(*oldest), to_string(ours_newest));
  }
  return common;
}

bool is_version_refusal(int status, std::string_view words) {
  return status == 400 && words.find("client version") != std::string_view::npos &&
         (words.find("is too old") != std::string_view::npos ||
          words.find("is too new") != std::string_view::npos);
}

}  // namespace boxwright::docker
