#pragma once
// What of a container's log may be told. Pure.

#include <map>
#include <string>
#include <vector>

#include "specs/model/box_spec.h"
#include "state/observed.h"
#include "state/secret_files.h"

namespace boxwright::engine {

/// The variables that this container was made with and that are not plain for sure, as the spec or
/// its image have them in the open. Secrets that were changed or dropped since are among them.
[[nodiscard]] std::map<std::string, Secret> possible_secrets(
    const state::ObservedContainer& container, const specs::BoxSpec& spec,
    const state::ImageConfig& image);

/// The lines without the values of possible secrets, nor of those that `now` has. Where the value
/// of a secret is known from neither it could be anywhere in them: then one line says so instead.
[[nodiscard]] std::vector<std::string> told_log(std::vector<std::string> lines,
                                                const state::ObservedContainer& container,
                                                const specs::BoxSpec& spec,
                                                const state::ImageConfig& image,
                                                const state::ResolvedSecrets& now);

}  // namespace boxwright::engine
