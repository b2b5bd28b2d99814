#pragma once
// The text under hash v1, apart from the hash, so that a person can see what is in it. Pure.

#include <map>
#include <string>

#include "specs/model/box_spec.h"
#include "state/container_config.h"

namespace boxwright::plan {

/// What spec_hash_v1 is the SHA-256 of. Holds no secret value. Never change what it gives for a
/// configuration that an earlier version could write: every box would be replaced.
///
/// The text is the line `boxwright container v1` and one record a line, in this order:
///
///     env NAME VALUE ...       plain variables, sorted by name
///     health TEST...           the engine's form of the check
///     health.interval MS, health.retries N, health.startPeriod MS, health.timeout MS
///     hostname NAME, image REFERENCE, init true, command WORD...
///     label KEY VALUE          routing labels, sorted by key
///     log DRIVER, log.option NAME VALUE
///     mount VOLUME TARGET      sorted by target
///     network NAME
///     publish HOST_IP HOST_PORT CONTAINER_PORT PROTOCOL    sorted
///     secret NAME              names of secret variables, sorted
///     stopTimeout MS
///
/// A record is its name and its values, each as `<length in bytes>:<bytes>` after a blank, so no
/// value can imitate another record: two configurations have one text iff they are the same. A
/// record whose value is empty, zero or false is left out; a later version may therefore add
/// records that are left out for everything that exists today.
[[nodiscard]] std::string hash_text_v1(const state::ContainerConfig& config,
                                       const std::map<std::string, specs::SecretRef>& secrets);

}  // namespace boxwright::plan
