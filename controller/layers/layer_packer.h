#pragma once
// Packs files into a compressed tar archive, piece by piece.

#include <memory>
#include <string_view>

#include "controller/layers/layer_files.h"

struct archive_entry;

namespace boxwright::layers {

/// One archive. Errors of the sink come through as they are.
class LayerPacker {
 public:
  explicit LayerPacker(LayerSink& sink);
  ~LayerPacker();
  LayerPacker(const LayerPacker&) = delete;
  LayerPacker& operator=(const LayerPacker&) = delete;

  [[nodiscard]] Status begin(archive_entry& entry);
  [[nodiscard]] Status data(std::string_view bytes);
  /// Writes what is still held back.
  [[nodiscard]] Result<PackedLayer> end();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace boxwright::layers
