#include "specs/parse/complete.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "specs/parse/decode.h"
#include "specs/parse/merge.h"
#include "specs/parse/rules.h"

namespace boxwright::specs {
namespace {

/// The place to show for something under `spec.<section>.<key>`: the value as deep as it was
/// written.
const TreeNode* deepest(const TreeNode& spec, std::string_view section, std::string_view key) {
  const TreeNode* const outer = spec.find(section);
  if (outer == nullptr) return &spec;
  const TreeNode* const inner = outer->find(key);
  return inner != nullptr ? inner : outer;
}

Finding finding_at(const Code& code, const TreeNode& node, std::string pointer,
                   std::string message) {
  return {code, node.at, std::move(message), std::move(pointer), node.inherited};
}

/// The four, then what was written over them.
std::map<std::string, VolumeSpec> resolve_volumes(const Draft& draft, const TreeNode& spec,
                                                  std::vector<Finding>& findings) {
  std::map<std::string, VolumeSpec> volumes = default_volumes();
  for (const auto& [key, written] : draft.volumes) {
    if (!written) {
      volumes.erase(key);
      continue;
    }
    const bool is_new = !volumes.contains(key);
    VolumeSpec& volume = volumes[key];
    if (written->path) volume.path = *written->path;
    if (written->disposable) volume.disposable = *written->disposable;
    if (is_new && !written->path) {
      findings.push_back(finding_at(codes::kMissingField, *deepest(spec, "volumes", key),
                                    "/volumes/" + key,
                                    fmt::format("volume `{}` has no path", key)));
    }
  }
  return volumes;
}

bool nests(const std::string& inner, const std::string& outer) {
  return inner == outer || inner.starts_with(outer + "/");
}

void check_overlaps(const std::map<std::string, VolumeSpec>& volumes, const Draft& draft,
                    const TreeNode& spec, std::vector<Finding>& findings) {
  for (auto first = volumes.begin(); first != volumes.end(); ++first) {
    for (auto second = std::next(first); second != volumes.end(); ++second) {
      const auto& [key, volume] = *first;
      const auto& [other_key, other] = *second;
      const bool overlap = !volume.path.empty() && !other.path.empty() &&
                           (nests(volume.path, other.path) || nests(other.path, volume.path));
      if (!overlap) continue;
      // Shown at the one that was written; the other may be one of the four defaults.
      const bool second_written = draft.volumes.contains(other_key);
      const std::string& shown = second_written ? other_key : key;
      findings.push_back(finding_at(
          codes::kVolumesOverlap, *deepest(spec, "volumes", shown), "/volumes/" + shown,
          fmt::format("volumes `{}` ({}) and `{}` ({}) overlap; give each a path outside the other",
                      key, volume.path, other_key, other.path)));
    }
  }
}

void check_variables(const BoxSpec& spec, const TreeNode& node, std::vector<Finding>& findings) {
  for (const auto& [name, secret] : spec.secrets) {
    if (!spec.env.contains(name)) continue;
    findings.push_back(
        finding_at(codes::kVariableTwice, *deepest(node, "secrets", name), "/secrets/" + name,
                   fmt::format("`{}` stands in both env and secrets; keep one", name)));
  }
}

void check_own_ports(const BoxSpec& spec, const TreeNode& node, std::vector<Finding>& findings) {
  for (std::size_t i = 0; i < spec.publish.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (!same_host_port(spec.publish[i], spec.publish[j])) continue;
      findings.push_back(finding_at(
          codes::kPortTaken, *deepest(node, "publish", ""), fmt::format("/publish/{}", i),
          fmt::format("host port {}/{} is published twice by this box", spec.publish[i].host_port,
                      spec.publish[i].protocol)));
    }
  }
}

void fill_subdomain(const CompleteInput& input, const TreeNode& node, BoxSpec& spec,
                    std::vector<Finding>& findings) {
  if (!spec.subdomain.empty()) return;
  spec.subdomain = input.name;
  if (const Verdict complaint = check_subdomain(input.name)) {
    findings.push_back(finding_at(
        codes::kBadSubdomain, node, "",
        fmt::format("the box's name is its default subdomain, and {}; or write `{}.subdomain`",
                    complaint->message, input.shown)));
  }
}

}  // namespace

bool same_host_port(const PublishedPort& a, const PublishedPort& b) {
  constexpr std::string_view kAny = "0.0.0.0";
  const bool same_address = a.host_ip == b.host_ip || a.host_ip == kAny || b.host_ip == kAny;
  return same_address && a.host_port == b.host_port && a.protocol == b.protocol;
}

std::optional<Finding> check_health_kinds(const Draft& draft, const TreeNode& spec) {
  if (draft.checks.size() <= 1) return std::nullopt;
  return finding_at(codes::kHealthcheck, *deepest(spec, "healthcheck", ""), "/healthcheck",
                    fmt::format("a health check is exactly one of http, shell, command and none, "
                                "but {} stand here",
                                fmt::join(draft.checks, ", ")));
}

CompleteSpec complete_spec(const CompleteInput& input) {
  const TreeNode merged =
      input.defaults != nullptr ? merge_specs(*input.defaults, input.spec) : input.spec;
  Draft draft;
  WalkResult walked =
      walk(box_fields(), merged, {"spec", input.shown, ""}, Required::Report, draft);
  CompleteSpec complete{std::move(draft.spec), std::move(walked.findings),
                        std::move(walked.inherited)};
  complete.spec.volumes = resolve_volumes(draft, merged, complete.findings);
  check_overlaps(complete.spec.volumes, draft, merged, complete.findings);
  check_variables(complete.spec, merged, complete.findings);
  check_own_ports(complete.spec, merged, complete.findings);
  fill_subdomain(input, merged, complete.spec, complete.findings);
  return complete;
}

}  // namespace boxwright::specs
