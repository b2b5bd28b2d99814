#pragma once
// Saves what a container that is about to go holds outside its volumes.

#include <stop_token>

#include "controller/engine/engine.h"
#include "controller/layers/layer_files.h"

namespace boxwright::layers {

/// Of which container, and for how long.
struct SaveOrder {
  const state::ObservedContainer& container;
  BoxName box;
  BoxUid uid;
  WallTime now{};
  Duration keep{};
};

/// Reads what changed below the container's homes and on no volume, and keeps it. The container
/// must be at rest. When nothing had changed only a note is written, so that it is known to be
/// saved.
///
/// Errors are the engine's (it could not be read) or those of the files (no room).
[[nodiscard]] Result<LayerNote> save_layer(engine::Engine& engine, LayerFiles& files,
                                           const SaveOrder& order, const std::stop_token& stop);

/// Notes that it is not saved, and that a person let it go.
[[nodiscard]] Status give_up_layer(LayerFiles& files, const SaveOrder& order, std::string why);

}  // namespace boxwright::layers
