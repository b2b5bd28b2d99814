#pragma once
// What the commands that read or write volumes have in common: which boxes may be touched, which
// image lends itself, and what is told in the end.

#include <memory>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "controller/cli/session.h"
#include "controller/cli/tar_listing.h"
#include "controller/cli/volume_look.h"
#include "controller/cli/volume_set.h"
#include "controller/engine/copy_container.h"

namespace boxwright::cli {

/// Conflict, with the way out, unless nothing of this box runs or may begin to. `may_be_wanted`: it
/// is enough that nothing runs.
[[nodiscard]] Status check_at_rest(Session& session, const VolumeSet& set,
                                   const state::ObservedFleet& fleet, bool may_be_wanted = false);

/// Containers of these boxes and when each was last started: equal before and after a copy, or
/// something ran meanwhile.
[[nodiscard]] std::string starts_of(const state::ObservedFleet& fleet,
                                    const std::set<BoxUid>& uids);

/// Any image that is there: the one that was named, those of these boxes, any other. NotFound if
/// the engine has none.
[[nodiscard]] Result<state::ImageConfig> helper_image(Session& session, const std::string& named,
                                                      const std::vector<VolumeSet>& sets,
                                                      const state::ObservedFleet& fleet,
                                                      const std::stop_token& stop);

[[nodiscard]] Result<std::unique_ptr<engine::CopyHelper>> make_helper(
    Session& session, const BoxName& box, const state::ImageConfig& image,
    std::vector<state::Mount> mounts, const std::stop_token& stop);

/// `/from/volumes/workspace`.
[[nodiscard]] std::string mount_path(const char* below, const std::string& key);

/// Conflict, naming the first that has something in it, with the way out.
[[nodiscard]] Status check_empty(const VolumeListings& listings, const BoxName& box);

/// VOLUME FILES SIZE DIGEST.
[[nodiscard]] std::string listings_table(const VolumeListings& listings);
/// The same, of kind VolumeTransfer: `verb` is copy, backup or restore.
[[nodiscard]] std::string listings_json(const std::string& verb, const BoxName& box,
                                        const VolumeListings& listings);

}  // namespace boxwright::cli
