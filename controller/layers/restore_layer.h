#pragma once
// Gives a saved layer back: into a container, or into a folder of this machine.

#include <filesystem>
#include <stop_token>

#include "controller/engine/engine.h"
#include "controller/layers/layer_files.h"

namespace boxwright::layers {

/// Below `/` of the container, with owner and mode as they were. Files of the same name are
/// replaced, others are left. The archive is checked against its digest first.
[[nodiscard]] Status restore_into_container(engine::Engine& engine, const LayerFiles& files,
                                            const LayerNote& note, const ContainerId& container,
                                            const std::stop_token& stop);

/// Below `folder`, which must be there: `<folder>/home/coder/notes.txt`. Owners are kept where this
/// user may give files away. Devices are left out. No link on the way is followed.
[[nodiscard]] Status restore_into_folder(const LayerFiles& files, const LayerNote& note,
                                         const std::filesystem::path& folder);

}  // namespace boxwright::layers
