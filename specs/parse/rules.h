#pragma once
// What single values must look like, beyond their type. Each returns why not, or nothing.

#include <string>
#include <string_view>

#include "specs/parse/field.h"

namespace boxwright::specs {

/// `a-z`, `0-9` and inner hyphens, 1 to `length_max` characters, no `--` at places 3 and 4 (such
/// names are reserved for internationalised ones, and certificate authorities refuse them).
[[nodiscard]] bool is_dns_label(std::string_view text, std::size_t length_max);

[[nodiscard]] Verdict check_box_name(std::string_view text);
[[nodiscard]] Verdict check_subdomain(std::string_view text);
/// An image reference; a missing tag means `latest`, and is kept as written.
[[nodiscard]] Verdict check_image(std::string_view text);
[[nodiscard]] Verdict check_variable_name(std::string_view text);
/// The name of a file directly in the secrets directory.
[[nodiscard]] Verdict check_secret_file(std::string_view text);
[[nodiscard]] Verdict check_volume_key(std::string_view text);
[[nodiscard]] Verdict check_volume_path(std::string_view text);
[[nodiscard]] Verdict check_label_key(std::string_view text);
/// Text on one line, of at most `length_max` bytes.
[[nodiscard]] Verdict check_line(std::string_view text, std::size_t length_max);
[[nodiscard]] Verdict check_domain(std::string_view text);
[[nodiscard]] Verdict check_network_name(std::string_view text);

/// `:8080/healthz` into its parts.
[[nodiscard]] Verdict read_http_check(std::string_view text, HttpCheck& out);
/// `127.0.0.1:2222:22` or `.../udp` into its parts.
[[nodiscard]] Verdict read_published_port(std::string_view text, PublishedPort& out);

}  // namespace boxwright::specs
