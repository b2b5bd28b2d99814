#include "controller/engine/docker/errors.h"

#include <cerrno>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <system_error>

#include "controller/engine/docker/json_access.h"

namespace boxwright::docker {

namespace {

constexpr std::size_t kLongestWords = 1000;

struct CodePoint {
  std::uint32_t value = 0;
  std::size_t length = 0;  ///< 0: not UTF-8 here.
};

CodePoint decode(std::string_view text) {
  const auto byte = [&text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  std::size_t length = 0;
  if (lead >= 0xC2 && lead <= 0xDF) length = 2;
  if (lead >= 0xE0 && lead <= 0xEF) length = 3;
  if (lead >= 0xF0 && lead <= 0xF4) length = 4;
  if (length == 0 || text.size() < length) return {};
  std::uint32_t value = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {};
    value = (value << 6U) | (byte(i) & 0x3FU);
  }
  const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (overlong || surrogate || value > 0x10FFFF) return {};
  return {value, length};
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const CodePoint point = decode(text);
    // C0 and C1 controls, and the marks that reorder what a terminal shows.
    const bool control = point.value < 0x20 || (point.value >= 0x7F && point.value < 0xA0) ||
                         (point.value >= 0x202A && point.value <= 0x202E) ||
                         (point.value >= 0x2066 && point.value <= 0x2069);
    if (point.length != 0 && point.value == '\t') {
      out += ' ';
    } else if (point.length == 0 || control) {
      out += '?';
    } else {
      out += text.substr(0, point.length);
    }
    text.remove_prefix(point.length == 0 ? 1 : point.length);
  }
  return out;
}

Error connect_error(const std::string& socket, int os_error, bool is_socket) {
  if (os_error == EACCES || os_error == EPERM) {
    return {ErrorCode::Denied, RetryClass::Terminal,
            fmt::format("no permission to use the Docker Engine's socket {}: run as root, or as a "
                        "member of the group that owns the socket (usually docker)",
                        socket)};
  }
  if (os_error == ENOENT || os_error == ENOTDIR) {
    return {
        ErrorCode::Unavailable, RetryClass::Transient,
        fmt::format("there is no Docker Engine at {} (no such socket): start it (systemctl start "
                    "docker), or name another with --engine or DOCKER_HOST",
                    socket)};
  }
  if (!is_socket) {
    return {ErrorCode::Unavailable, RetryClass::Transient,
            fmt::format("{} is not a socket: name the Docker Engine's socket with --engine or "
                        "DOCKER_HOST",
                        socket)};
  }
  if (os_error == ECONNREFUSED) {
    return {
        ErrorCode::Unavailable, RetryClass::Transient,
        fmt::format("nothing listens on {} (connection refused): the Docker Engine is stopped or "
                    "starting; check it with systemctl status docker",
                    socket)};
  }
  return {
      ErrorCode::Unavailable, RetryClass::Transient,
      fmt::format("cannot connect to the Docker Engine at {}: {}", socket,
                  os_error == 0 ? "no reason given" : std::generic_category().message(os_error))};
}

std::string engine_message(const std::string& body) {
  if (const auto document = parse_json(body); document && document->is_object()) {
    const auto message = document->find("message");
    if (message != document->end() && message->is_string()) return message->get<std::string>();
  }
  return body;
}

std::string engine_words(const std::string& body) {
  std::string words = engine_message(body);
  while (!words.empty() && (words.back() == '\n' || words.back() == '\r'))
    words.pop_back();
  if (words.size() > kLongestWords) words = words.substr(0, kLongestWords - 3) + "...";
  return words.empty() ? "no reason given" : printable(words);
}

Error reply_error(std::string_view doing, int status, const std::string& body) {
  const auto error = [&](ErrorCode code, RetryClass retry) {
    return Error{
        code, retry,
        fmt::format("{}: the Docker Engine answered {}: {}", doing, status, engine_words(body))};
  };
  switch (status) {
    case 400:
    case 401:
    case 403: return error(ErrorCode::Refused, RetryClass::Terminal);
    case 404: return error(ErrorCode::NotFound, RetryClass::Conflict);
    case 409: return error(ErrorCode::Conflict, RetryClass::Conflict);
    case 501: return error(ErrorCode::Unsupported, RetryClass::Terminal);
    case 503: return error(ErrorCode::Unavailable, RetryClass::Transient);
    default: return error(ErrorCode::Refused, RetryClass::Transient);
  }
}

Error answer_error(std::string_view doing, std::string_view problem) {
  return {
      ErrorCode::Unavailable, RetryClass::Transient,
      fmt::format("{}: the Docker Engine's answer cannot be used: {}", doing, printable(problem))};
}

}  // namespace boxwright::docker
