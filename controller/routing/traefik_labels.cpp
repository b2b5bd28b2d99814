#include "controller/routing/traefik_labels.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace boxwright::routing {

namespace {

constexpr std::size_t kLabelMax = 63;      // RFC 1035
constexpr std::size_t kHostNameMax = 253;  // RFC 1035, without the final dot

// Own tests instead of <cctype>: those depend on the locale and take bytes above 127 in some.
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_lower_or_digit(char c) {
  return is_lower(c) || is_digit(c);
}

char lowered(char c) {
  return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_dns_label(std::string_view text) {
  if (text.empty() || text.size() > kLabelMax) return false;
  if (!is_lower_or_digit(text.front()) || !is_lower_or_digit(text.back())) return false;
  return std::ranges::all_of(text, [](char c) { return is_lower_or_digit(c) || c == '-'; });
}

bool is_dns_name(std::string_view text) {
  if (text.size() > kHostNameMax) return false;
  for (std::size_t begin = 0;;) {
    const std::size_t dot = text.find('.', begin);
    if (!is_dns_label(text.substr(begin, dot - begin))) return false;
    if (dot == std::string_view::npos) return true;
    begin = dot + 1;
  }
}

/// The engine's rule for network names, which also holds for every entry point in use. No comma:
/// Traefik splits lists on it.
bool is_plain_name(std::string_view text) {
  if (text.empty()) return false;
  const auto letter_or_digit = [](char c) { return is_lower(c) || is_upper(c) || is_digit(c); };
  if (!letter_or_digit(text.front())) return false;
  return std::ranges::all_of(
      text, [&](char c) { return letter_or_digit(c) || c == '-' || c == '_' || c == '.'; });
}

/// The host that a box answers to; empty when it may have none.
std::string host_of(const std::string& subdomain, const specs::SourceSettings& settings) {
  if (settings.domain.empty() || settings.routing == specs::RoutingMode::None) return {};
  if (!is_dns_label(subdomain)) return {};
  std::string host = subdomain + "." + settings.domain;
  return is_dns_name(host) ? host : std::string{};
}

}  // namespace

std::map<std::string, std::string> traefik_labels(const BoxUid& uid, const std::string& subdomain,
                                                  const specs::SourceSettings& settings) {
  const std::string host = host_of(subdomain, settings);
  // A dot, bracket or @ in a router's name makes Traefik drop the whole container or look
  // elsewhere.
  if (host.empty() || !is_dns_label(uid.str())) return {};
  if (!is_plain_name(settings.network) || !is_plain_name(settings.entry_point)) return {};

  const std::string name = "box-" + uid.str();
  const std::string router = "traefik.http.routers." + name;
  return {
      {"traefik.enable", "true"},
      {"traefik.docker.network", settings.network},
      {router + ".rule", fmt::format("Host(`{}`)", host)},
      {router + ".entrypoints", settings.entry_point},
      {router + ".service", name},
      {"traefik.http.services." + name + ".loadbalancer.server.port", kEditorPort},
  };
}

std::string box_url(const std::string& subdomain, const specs::SourceSettings& settings) {
  const std::string host = host_of(subdomain, settings);
  return host.empty() ? std::string{} : fmt::format("https://{}/", host);
}

bool is_traefik_label(const std::string& key) {
  const std::string_view prefix = kTraefikPrefix;
  if (key.size() < prefix.size()) return false;
  return std::ranges::equal(std::string_view(key).substr(0, prefix.size()), prefix,
                            [](char a, char b) { return lowered(a) == b; });
}

std::vector<std::string> inherited_routes(const std::map<std::string, std::string>& image_labels) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : image_labels) {
    if (is_traefik_label(key)) keys.push_back(key);
  }
  return keys;
}

}  // namespace boxwright::routing
