#pragma once
// HTTP over a unix socket by plain system calls: the tests' own hand, independent of our client.

#include <filesystem>
#include <map>
#include <string>

namespace boxwright::test {

struct RawReply {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< Names in lower case.
  std::string body;                            ///< Chunks put together.
};

/// One request on a connection of its own, which is closed afterwards. Gives up after 60 s of
/// silence. Throws std::runtime_error if the socket cannot be reached or the answer is cut.
RawReply raw_http(const std::filesystem::path& socket, const std::string& method,
                  const std::string& path, const std::string& body,
                  const std::string& content_type = "application/json");

/// Escapes for a query value.
std::string url_escape(const std::string& text);

}  // namespace boxwright::test
