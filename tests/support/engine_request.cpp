#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "tests/support/engine_proxy.h"

namespace boxwright::test {

namespace {

std::string unescape(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escaped = text[i] == '%' && i + 2 < text.size();
    if (escaped) {
      out += static_cast<char>(std::strtol(text.substr(i + 1, 2).c_str(), nullptr, 16));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

std::map<std::string, std::string> read_query(const std::string& text) {
  std::map<std::string, std::string> query;
  std::size_t from = 0;
  while (from < text.size()) {
    const std::size_t end = std::min(text.find('&', from), text.size());
    const std::string part = text.substr(from, end - from);
    const std::size_t equals = std::min(part.find('='), part.size());
    const std::string value = equals < part.size() ? part.substr(equals + 1) : "";
    query[unescape(part.substr(0, equals))] = unescape(value);
    from = end + 1;
  }
  return query;
}

/// `/v1.41/info` is `/info`.
std::string without_version(const std::string& path) {
  if (!path.starts_with("/v") || path.size() < 3) return path;
  if (std::isdigit(static_cast<unsigned char>(path[2])) == 0) return path;
  const std::size_t slash = path.find('/', 1);
  return slash == std::string::npos ? path : path.substr(slash);
}

}  // namespace

std::optional<EngineRequest> parse_request_line(const std::string& line) {
  const std::size_t first = line.find(' ');
  const std::size_t second = first == std::string::npos ? first : line.find(' ', first + 1);
  if (second == std::string::npos || !line.substr(second + 1).starts_with("HTTP/1.")) {
    return std::nullopt;
  }
  EngineRequest request;
  request.method = line.substr(0, first);
  request.target = line.substr(first + 1, second - first - 1);
  const std::size_t mark = std::min(request.target.find('?'), request.target.size());
  request.path = without_version(request.target.substr(0, mark));
  if (mark < request.target.size()) request.query = read_query(request.target.substr(mark + 1));
  return request;
}

}  // namespace boxwright::test
