#pragma once
// One Box or Fleet document -> its claims; one Defaults document -> its partial spec.

#include <string>
#include <string_view>
#include <vector>

#include "specs/parse/claims.h"
#include "specs/parse/envelope.h"
#include "specs/parse/node.h"

namespace boxwright::specs {

struct DocumentInput {
  const std::string& file;
  const Document& document;
  const Envelope& envelope;
  const TreeNode* defaults = nullptr;  ///< Of the source; may be absent.
  std::string_view defaults_file = {};
};

struct Declared {
  std::vector<Claim> claims;
  std::vector<Problem> problems;
};

/// A box with a finding is claimed without a declaration.
[[nodiscard]] Declared declare_box(const DocumentInput& input);
/// A finding in the template is said once, without a box's name, and concerns all of them.
[[nodiscard]] Declared declare_fleet(const DocumentInput& input);
/// What is wrong with a Defaults document.
[[nodiscard]] std::vector<Finding> check_defaults(const TreeNode& root);

}  // namespace boxwright::specs
