// Any words at all as a box's name in a route: either no label is made, or the rule is one host in
// one pair of back-ticks, and nothing of the words is anywhere else.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "controller/routing/traefik_labels.h"
#include "tests/fuzz/must_hold.h"

namespace {

using namespace boxwright;
using fuzz::must_hold;

/// The text up to each newline, five of them.
std::vector<std::string> fields(std::string_view text) {
  std::vector<std::string> out(5);
  for (std::string& field : out) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    field = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

bool is_of_a_name(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '-' ||
         letter == '.';
}

void check_rule(const std::string& rule) {
  constexpr std::string_view kStart = "Host(`";
  constexpr std::string_view kEnd = "`)";
  must_hold(rule.starts_with(kStart) && rule.ends_with(kEnd), "a rule is one host", rule);
  const std::string host = rule.substr(kStart.size(), rule.size() - kStart.size() - kEnd.size());
  must_hold(!host.empty() && std::all_of(host.begin(), host.end(), is_of_a_name),
            "a host is a name", rule);
}

void check_labels(const std::map<std::string, std::string>& labels) {
  for (const auto& [key, value] : labels) {
    must_hold(key.starts_with(routing::kTraefikPrefix), "a label is Traefik's", key);
    must_hold(routing::is_traefik_label(key), "and told to be", key);
    if (key.ends_with(".rule")) check_rule(value);
    must_hold(value.find_first_of("\n\r") == std::string::npos, "a value is one line", value);
  }
}

void check_url(const std::string& url) {
  constexpr std::string_view kScheme = "https://";
  must_hold(url.starts_with(kScheme) && url.ends_with('/'), "an address is of the web", url);
  const std::string host = url.substr(kScheme.size(), url.size() - kScheme.size() - 1);
  must_hold(!host.empty() && std::all_of(host.begin(), host.end(), is_of_a_name), "of one host",
            url);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::vector<std::string> words = fields(text);
  specs::SourceSettings settings;
  settings.domain = words[1];
  settings.network = words[2].empty() ? settings.network : words[2];
  settings.entry_point = words[3].empty() ? settings.entry_point : words[3];
  const BoxUid uid(words[4].empty() ? "0123456789abcdef" : words[4]);
  const auto labels = routing::traefik_labels(uid, words[0], settings);
  check_labels(labels);
  const std::string url = routing::box_url(words[0], settings);
  if (!url.empty()) check_url(url);
  // An image brings labels of its own: each that is named as a route is one.
  for (const std::string& key : routing::inherited_routes({{words[0], words[1]}}))
    must_hold(routing::is_traefik_label(key), "an inherited route is one", key);
  return 0;
}
