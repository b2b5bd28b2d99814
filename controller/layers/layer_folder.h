#pragma once
// Saved layers in a folder: `<root>/<uid>/<attempt>.tar.zst` and `.json`. Its files are of mode
// 0600, its folders of 0700: what people had in their homes is nobody else's business.

#include <filesystem>

#include "controller/layers/layer_files.h"

namespace boxwright::layers {

/// The folder comes into being with the first layer.
[[nodiscard]] std::unique_ptr<LayerFiles> make_layer_folder(std::filesystem::path root);

/// `layers` beside the state file.
[[nodiscard]] std::filesystem::path layer_root(const std::filesystem::path& state_file);

}  // namespace boxwright::layers
