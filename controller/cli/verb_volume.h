#pragma once
// The words after `volume`, each in a file of its own.

#include <stop_token>

#include "controller/cli/options.h"
#include "controller/cli/tar_listing.h"
#include "specs/base/ids.h"

namespace boxwright::cli {

int copy_volume(const Options& options, const std::stop_token& stop);
int backup_volumes(const Options& options, const std::stop_token& stop);
int restore_volumes(const Options& options, const std::stop_token& stop);

/// What went by, on standard output, as the options say.
void say_listings(const Options& options, const std::string& verb, const BoxName& box,
                  const VolumeListings& listings);

}  // namespace boxwright::cli
