#pragma once
// Why a replacement waits for the sake of files outside the volumes, and the word that lets it go
// on.

namespace boxwright::plan {

/// Reason of the held replacement and of its condition.
inline constexpr const char* kLayerTooLarge = "LayerTooLarge";
/// The argument of an accept request.
inline constexpr const char* kLoseLayer = "lose-layer";

}  // namespace boxwright::plan
