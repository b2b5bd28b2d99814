#pragma once
// The only place that knows our label keys and the names of objects.

#include <map>
#include <string>

#include "specs/base/ids.h"
#include "state/observed.h"

namespace boxwright::state {

inline constexpr const char* kLabelPrefix = "dev.boxwright.";
inline constexpr const char* kLabelInstallation = "dev.boxwright.installation";
inline constexpr const char* kLabelUid = "dev.boxwright.uid";
inline constexpr const char* kLabelBox = "dev.boxwright.box";
inline constexpr const char* kLabelRole = "dev.boxwright.role";
inline constexpr const char* kLabelAttempt = "dev.boxwright.attempt";
inline constexpr const char* kLabelSpecHash = "dev.boxwright.spec-hash";
inline constexpr const char* kLabelRenderer = "dev.boxwright.renderer";
inline constexpr const char* kLabelSecretMac = "dev.boxwright.secret-mac";
inline constexpr const char* kLabelOwner = "dev.boxwright.owner";
inline constexpr const char* kLabelVolumeKey = "dev.boxwright.volume";

inline constexpr const char* kRoleBox = "box";
inline constexpr const char* kRoleVolume = "volume";
inline constexpr const char* kRoleLayer = "layer";  ///< Of an image, never of a container of ours.
inline constexpr const char* kRoleNetwork = "network";
/// A container that mounts volumes so that nobody prunes them; and its image.
inline constexpr const char* kRoleHold = "hold";
/// A volume that the engine made because a hold was to mount one that had just gone. It is empty,
/// is no box's, and must not pass for the one that is gone.
inline constexpr const char* kRoleStray = "stray";

/// `box-ada`.
[[nodiscard]] std::string container_name(const BoxName& box);
/// `box-ada.next`: the candidate of a replacement. A dot cannot occur in a box name.
[[nodiscard]] std::string candidate_name(const BoxName& box);
/// `box-ada.prev`: the old container while it is aside.
[[nodiscard]] std::string previous_name(const BoxName& box);
/// `box-ada-workspace`.
[[nodiscard]] VolumeName volume_name(const BoxName& box, const std::string& key);

/// `boxwright-hold-default`, the next one while it takes over, and a name to spare for when both
/// are taken. What an engine takes in no name is replaced.
inline constexpr const char* kHoldPrefix = "boxwright-hold-";
[[nodiscard]] std::string hold_name(const Installation& installation);
[[nodiscard]] std::string next_hold_name(const Installation& installation);
[[nodiscard]] std::string spare_hold_name(const Installation& installation);

/// Reads our labels out of any object's labels; absent ones stay empty.
[[nodiscard]] OwnerLabels read_owner(const std::map<std::string, std::string>& labels);
/// Writes the non-empty ones.
[[nodiscard]] std::map<std::string, std::string> write_owner(const OwnerLabels& owner);

}  // namespace boxwright::state
