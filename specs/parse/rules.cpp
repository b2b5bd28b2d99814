#include "specs/parse/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "specs/parse/documents.h"

namespace boxwright::specs {
namespace {

constexpr std::size_t kBoxNameMax = 40;
constexpr std::size_t kDnsLabelMax = 63;
// 253 for a whole name, less the longest subdomain and its dot.
constexpr std::size_t kDomainMax = 253 - kDnsLabelMax - 1;
constexpr std::size_t kPathMax = 1024;

/// Names with a meaning of their own on most domains, or for Boxwright's own routes.
constexpr std::array<std::string_view, 9> kReservedSubdomains{
    "admin", "api", "auth", "autodiscover", "mail", "ssh", "traefik", "wpad", "www"};

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_alnum(char c) {
  return is_lower(c) || is_upper(c) || is_digit(c);
}
bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

bool all_of(std::string_view text, bool (*test)(char)) {
  return std::all_of(text.begin(), text.end(), test);
}

/// Every character is alphanumeric or one of `others`.
bool consists_of(std::string_view text, std::string_view others) {
  return std::all_of(text.begin(), text.end(), [others](char c) {
    return is_alnum(c) || others.find(c) != std::string_view::npos;
  });
}

Verdict no(const Code& code, std::string message) {
  return Complaint{code, std::move(message), false};
}

std::optional<std::uint16_t> read_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  if (!whole || port == 0 || text[0] == '0') return std::nullopt;
  return port;
}

bool is_ipv4(std::string_view text) {
  int parts = 0;
  while (true) {
    const std::size_t dot = text.find('.');
    const std::string_view part = text.substr(0, dot);
    unsigned value = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
    if (error != std::errc{} || end != part.data() + part.size() || value > 255) return false;
    // `010` is eight for some programs and ten for others.
    if (part.size() > 1 && part[0] == '0') return false;
    ++parts;
    if (dot == std::string_view::npos) return parts == 4;
    text.remove_prefix(dot + 1);
  }
}

/// The repository without host, tag and digest: the part that engines want in lower case.
std::string_view repository_of(std::string_view reference) {
  reference = reference.substr(0, reference.find('@'));
  const std::size_t slash = reference.find('/');
  if (slash != std::string_view::npos) {
    const std::string_view host = reference.substr(0, slash);
    if (host == "localhost" || host.find_first_of(".:") != std::string_view::npos) {
      reference.remove_prefix(slash + 1);
    }
  }
  const std::size_t colon = reference.rfind(':');
  const std::size_t last_slash = reference.rfind('/');
  const bool has_tag = colon != std::string_view::npos &&
                       (last_slash == std::string_view::npos || colon > last_slash);
  return has_tag ? reference.substr(0, colon) : reference;
}

bool is_clean_absolute(std::string_view path) {
  if (path.size() < 2 || path[0] != '/' || path.back() == '/') return false;
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::string_view part = path.substr(0, path.find('/'));
    if (part.empty() || part == "." || part == "..") return false;
    path.remove_prefix(part.size());
  }
  return true;
}

bool lies_under(std::string_view path, std::string_view folder) {
  return path == folder ||
         (path.starts_with(folder) && path.size() > folder.size() && path[folder.size()] == '/');
}

}  // namespace

bool is_dns_label(std::string_view text, std::size_t length_max) {
  if (text.empty() || text.size() > length_max) return false;
  const bool characters = std::all_of(
      text.begin(), text.end(), [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
  const bool reserved = text.size() >= 4 && text[2] == '-' && text[3] == '-';
  return characters && text.front() != '-' && text.back() != '-' && !reserved;
}

bool is_valid_box_name(const std::string& name) {
  return is_dns_label(name, kBoxNameMax);
}

Verdict check_box_name(std::string_view text) {
  if (is_dns_label(text, kBoxNameMax)) return {};
  return no(codes::kBadName,
            fmt::format("`{}` cannot be a name; use 1 to {} of a-z, 0-9 and inner hyphens, without "
                        "`--` at places 3 and 4",
                        text, kBoxNameMax));
}

Verdict check_subdomain(std::string_view text) {
  if (!is_dns_label(text, kDnsLabelMax)) {
    return no(
        codes::kBadSubdomain,
        fmt::format("`{}` cannot be a subdomain; use one label of 1 to {} of a-z, 0-9 and inner "
                    "hyphens, without dots and without `--` at places 3 and 4",
                    text, kDnsLabelMax));
  }
  if (all_of(text, is_digit)) {
    return no(codes::kBadSubdomain,
              fmt::format("subdomain `{}` is all digits; add a letter, such as box{}", text, text));
  }
  const auto* const reserved =
      std::find(kReservedSubdomains.begin(), kReservedSubdomains.end(), text);
  if (reserved == kReservedSubdomains.end()) return {};
  return no(codes::kBadSubdomain,
            fmt::format("subdomain `{}` is reserved; choose another, such as {}-box", text, text));
}

Verdict check_image(std::string_view text) {
  constexpr std::size_t kReferenceMax = 512;
  const bool characters = consists_of(text, "._:/@-") && !text.empty() && is_alnum(text[0]) &&
                          is_alnum(text.back()) && text.size() <= kReferenceMax;
  if (!characters) {
    return no(codes::kBadValue,
              fmt::format("`{}` is no image reference; write it like box-base:1", text));
  }
  const std::string_view repository = repository_of(text);
  if (repository.empty() || std::any_of(repository.begin(), repository.end(), is_upper)) {
    return no(codes::kBadValue,
              fmt::format("image `{}` must have its repository in lower case", text));
  }
  return {};
}

Verdict check_variable_name(std::string_view text) {
  const bool good = !text.empty() && !is_digit(text[0]) && consists_of(text, "_");
  if (good) return {};
  return no(codes::kBadVariable,
            fmt::format("`{}` cannot be the name of a variable; use letters, digits and `_`, not "
                        "starting with a digit",
                        text));
}

Verdict check_secret_file(std::string_view text) {
  constexpr std::size_t kFileNameMax = 255;
  const bool good =
      !text.empty() && text.size() <= kFileNameMax && text[0] != '.' && consists_of(text, "._-");
  if (good) return {};
  // The text is not repeated: it may be the secret itself, written in the wrong place.
  return no(codes::kBadValue,
            "this cannot name a secret; use the plain name of a file in the secrets directory "
            "(letters, digits, `.`, `_`, `-`, no leading dot)");
}

Verdict check_volume_key(std::string_view text) {
  const bool good = !text.empty() && text.size() <= 20 &&
                    all_of(text, [](char c) { return is_lower(c) || is_digit(c); });
  if (good) return {};
  return no(codes::kBadVolumeKey,
            fmt::format("`{}` cannot be a volume's key; use 1 to 20 of a-z and 0-9", text));
}

Verdict check_volume_path(std::string_view text) {
  if (!is_clean_absolute(text) || text.size() > kPathMax ||
      std::any_of(text.begin(), text.end(), is_control)) {
    return no(
        codes::kBadVolumePath,
        fmt::format("path `{}` must be absolute and clean: no `//`, `.`, `..` or last `/`, and "
                    "not `/` itself",
                    text));
  }
  for (const std::string_view system : {"/proc", "/sys", "/dev"}) {
    if (lies_under(text, system)) {
      return no(codes::kBadVolumePath,
                fmt::format("path `{}` lies in {}, which belongs to the system", text, system));
    }
  }
  return {};
}

Verdict check_label_key(std::string_view text) {
  const bool good = !text.empty() && text.size() <= 63 && is_alnum(text.front()) &&
                    is_alnum(text.back()) && consists_of(text, "._/-");
  if (good) return {};
  return no(codes::kBadName,
            fmt::format("`{}` cannot be a label's key; use 1 to 63 letters, digits, and inner `.`, "
                        "`_`, `/`, `-`",
                        text));
}

Verdict check_line(std::string_view text, std::size_t length_max) {
  if (text.size() <= length_max && std::none_of(text.begin(), text.end(), is_control)) return {};
  return no(codes::kBadValue,
            fmt::format("this text must be one line of at most {} bytes", length_max));
}

Verdict check_domain(std::string_view text) {
  bool good = !text.empty() && text.size() <= kDomainMax;
  for (std::string_view rest = text; good;) {
    const std::size_t dot = rest.find('.');
    // An internationalised domain in its ASCII form (`xn--`) is the operator's own choice.
    std::string label(rest.substr(0, dot));
    if (label.starts_with("xn--")) label.erase(0, 4);
    good = is_dns_label(label, kDnsLabelMax);
    if (dot == std::string_view::npos) break;
    rest.remove_prefix(dot + 1);
  }
  if (good) return {};
  return no(codes::kBadValue,
            fmt::format("`{}` is no domain; write it in lower case, like boxes.example", text));
}

Verdict check_network_name(std::string_view text) {
  const bool good =
      !text.empty() && text.size() <= 128 && is_alnum(text[0]) && consists_of(text, "._-");
  if (good) return {};
  return no(codes::kBadValue,
            fmt::format("`{}` cannot be a name here; use letters, digits, `.`, `_` and `-`", text));
}

Verdict read_http_check(std::string_view text, HttpCheck& out) {
  const std::size_t slash = text.find('/');
  const auto port = slash == std::string_view::npos || !text.starts_with(':')
                        ? std::nullopt
                        : read_port(text.substr(1, slash - 1));
  // What a shell would take as its own never reaches the check's command line.
  if (!port || text.size() > kPathMax || !consists_of(text.substr(slash), "._~/%=?+,:@-")) {
    return no(codes::kBadValue,
              fmt::format("`{}` is no http check; write port and path, like :8080/healthz", text));
  }
  out = HttpCheck{*port, std::string(text.substr(slash))};
  return {};
}

Verdict read_published_port(std::string_view text, PublishedPort& out) {
  const auto refuse = [text] {
    return no(
        codes::kBadPort,
        fmt::format("`{}` is no published port; write ip:host:container with an IPv4 address "
                    "and ports from 1 to 65535, like 127.0.0.1:2222:22 or 127.0.0.1:53:53/udp",
                    text));
  };
  const std::size_t first = text.find(':');
  const std::size_t second = first == std::string_view::npos ? first : text.find(':', first + 1);
  if (second == std::string_view::npos) return refuse();
  std::string_view container = text.substr(second + 1);
  std::string_view protocol = "tcp";
  if (const std::size_t slash = container.find('/'); slash != std::string_view::npos) {
    protocol = container.substr(slash + 1);
    container = container.substr(0, slash);
  }
  const auto host_port = read_port(text.substr(first + 1, second - first - 1));
  const auto container_port = read_port(container);
  const bool good = is_ipv4(text.substr(0, first)) && host_port && container_port &&
                    (protocol == "tcp" || protocol == "udp");
  if (!good) return refuse();
  out = PublishedPort{std::string(text.substr(0, first)), *host_port, *container_port,
                      std::string(protocol)};
  return {};
}

}  // namespace boxwright::specs
