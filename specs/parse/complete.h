#pragma once
// From trees to a complete spec: defaults filled in, and what only shows when all is together.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "specs/parse/draft.h"
#include "specs/parse/node.h"

namespace boxwright::specs {

/// A box before the whole source is looked at.
struct CompleteInput {
  const TreeNode& spec;                ///< The box's own `spec`, already walked without findings.
  const TreeNode* defaults = nullptr;  ///< The source's Defaults, already walked; may be absent.
  std::string shown = "spec";          ///< How the path of `spec` is shown.
  const std::string& name;             ///< The box's name: its default subdomain.
};

struct CompleteSpec {
  BoxSpec spec;
  std::vector<Finding> findings;  ///< Non-empty: `spec` must not be used.
  /// Places of inherited fields in the Defaults' document, by their paths as shown.
  std::map<std::string, Position> inherited = {};
};

[[nodiscard]] CompleteSpec complete_spec(const CompleteInput& input);

/// Whether two published ports want one port of the host; 0.0.0.0 is every address.
[[nodiscard]] bool same_host_port(const PublishedPort& a, const PublishedPort& b);

/// More than one kind of health check in one map; used for each document by itself.
[[nodiscard]] std::optional<Finding> check_health_kinds(const Draft& draft, const TreeNode& spec);

}  // namespace boxwright::specs
