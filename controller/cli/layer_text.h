#pragma once
// Saved layers as people and programs read them.

#include <string>
#include <vector>

#include "controller/layers/archive_reader.h"

namespace boxwright::cli {

[[nodiscard]] std::string layers_json(const std::vector<layers::LayerNote>& notes);
/// Without those in which nothing is, unless `all`.
[[nodiscard]] std::string layers_table(const std::vector<layers::LayerNote>& notes, bool all,
                                       WallTime now);
[[nodiscard]] std::string layer_json(const layers::LayerNote& note,
                                     const std::vector<layers::LayerEntry>& entries);
[[nodiscard]] std::string layer_text(const layers::LayerNote& note,
                                     const std::vector<layers::LayerEntry>& entries);

/// Whether anything can be given back of it.
[[nodiscard]] bool has_files(const layers::LayerNote& note);

/// The layers of a box, oldest first, whose names begin with `start`; the one of exactly this name
/// alone.
[[nodiscard]] std::vector<layers::LayerNote> layers_of(const std::vector<layers::LayerNote>& all,
                                                       const std::string& box,
                                                       const std::string& start);

}  // namespace boxwright::cli
