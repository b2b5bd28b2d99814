#pragma once
// A source as it was read once: what a person agreed to is what is carried out, whatever is edited
// meanwhile.

#include <memory>
#include <vector>

#include "controller/plan/fleet.h"
#include "specs/source/snapshot.h"

namespace boxwright::cli {

/// `reading` must hold a snapshot.
[[nodiscard]] std::unique_ptr<specs::SpecSource> freeze(const plan::SourceReading& reading);

}  // namespace boxwright::cli
