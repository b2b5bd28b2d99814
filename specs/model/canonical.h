#pragma once
// One text for one meaning: the normalised form of a spec, and its way back.

#include <string>

#include "specs/base/error.h"
#include "specs/model/box_spec.h"

namespace boxwright::specs {

/// The complete spec as compact JSON with sorted keys and every field present. Two specs mean the
/// same iff their texts are equal; a box's generation rises exactly when this text changes.
[[nodiscard]] std::string canonical_json(const BoxSpec& spec);

/// Reads what canonical_json wrote (also by an earlier version: absent fields take their default).
/// Corrupt if it is something else.
[[nodiscard]] Result<BoxSpec> spec_from_canonical_json(const std::string& text);

}  // namespace boxwright::specs
