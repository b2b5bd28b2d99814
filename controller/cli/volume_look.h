#pragma once
// All volumes as they are now: records, the engine, and what each holds.

#include <stop_token>
#include <string>
#include <vector>

#include "controller/cli/session.h"
#include "controller/cli/volume_list.h"

namespace boxwright::cli {

struct LookedVolumes {
  std::vector<ShownVolume> volumes;
  std::string size_problem;  ///< Why none was measured; empty: they were, or it was not asked for.
  WallTime at{};
  state::ObservedFleet fleet;
};

/// The engine must have been reached by this session. That it does not measure in time hides
/// nothing else.
[[nodiscard]] Result<LookedVolumes> look_at_volumes(Session& session, bool sizes,
                                                    const std::stop_token& stop);

}  // namespace boxwright::cli
