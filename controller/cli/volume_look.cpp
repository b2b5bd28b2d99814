#include "controller/cli/volume_look.h"

namespace boxwright::cli {

Result<LookedVolumes> look_at_volumes(Session& session, bool sizes, const std::stop_token& stop) {
  LookedVolumes looked;
  VolumeListInput input;
  BW_TRY_ASSIGN(input.boxes, session.store().boxes());
  BW_TRY_ASSIGN(input.retained, session.store().retained());
  BW_TRY_ASSIGN(looked.fleet, session.engine().observe_fleet(session.installation(), stop));
  input.observed = &looked.fleet;
  looked.at = looked.fleet.at;
  if (sizes) {
    auto measured = session.engine().volume_sizes(stop);
    if (!measured && measured.error().code == ErrorCode::Cancelled) {
      return tl::unexpected(measured.error());
    }
    if (measured) {
      input.sizes = std::move(*measured);
    } else {
      looked.size_problem = measured.error().message;
    }
  }
  looked.volumes = list_volumes(input);
  return looked;
}

}  // namespace boxwright::cli
