#pragma once
// Boxes of one source side by side: what only one of them may have.

#include <optional>
#include <vector>

#include "specs/parse/documents.h"

namespace boxwright::specs {

/// Somebody says "I am box NAME".
struct Claim {
  BoxName name;
  Origin origin;
  std::optional<BoxDeclaration> box;  ///< Absent: the claimant has problems of its own.
};

/// Settles the claims of a source. A name, subdomain or host port that two boxes want is a problem
/// of each of them, at its own place and naming the other's; none of them is in the result, so that
/// no reading order decides who wins.
[[nodiscard]] Documents settle_claims(std::vector<Claim> claims, std::vector<Problem> problems);

}  // namespace boxwright::specs
