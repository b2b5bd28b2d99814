#pragma once
// The outside of a document: API version, kind, name.

#include <optional>
#include <string>
#include <vector>

#include "specs/parse/node.h"
#include "specs/source/snapshot.h"

namespace boxwright::specs {

enum class Kind { Box, Fleet, Defaults, Source };

struct Envelope {
  std::optional<Kind> kind;       ///< Absent: `findings` says why.
  std::string name;               ///< metadata.name if it is a valid box name, else empty.
  Position name_at;               ///< Of the name, or of the document.
  std::vector<Finding> findings;  ///< Also what the reader found (duplicate keys).
};

[[nodiscard]] Envelope read_envelope(const Document& document);

}  // namespace boxwright::specs
