#pragma once
// Volumes as streams: out of a helper container, into it, and compared afterwards.

#include <stop_token>

#include "controller/cli/tar_listing.h"
#include "controller/engine/engine.h"

namespace boxwright::cli {

/// Where a helper container has the volumes that are read, and those that are written: one folder a
/// key below each.
inline constexpr const char* kReadBelow = "/from";
inline constexpr const char* kWriteBelow = "/to";

/// All volumes below one of those two places, as they are now.
[[nodiscard]] Result<VolumeListings> list_at(engine::Engine& engine, const ContainerId& helper,
                                             const std::string& below, const std::stop_token& stop);

/// Every byte below kReadBelow into `write`; gives what went by.
[[nodiscard]] Result<VolumeListings> read_volumes(
    engine::Engine& engine, const ContainerId& helper,
    const std::function<Status(std::string_view)>& write, const std::stop_token& stop);

/// An archive that is pulled from `next_chunk`, unpacked below kWriteBelow; gives what went by.
[[nodiscard]] Result<VolumeListings> write_volumes(engine::Engine& engine,
                                                   const ContainerId& helper,
                                                   const NextChunk& next_chunk,
                                                   const std::stop_token& stop);

/// From kReadBelow of one helper to kWriteBelow of another; gives what went by. Two, since the
/// engine keeps a container locked until all that was asked of it is read.
[[nodiscard]] Result<VolumeListings> copy_volumes(engine::Engine& engine, const ContainerId& from,
                                                  const ContainerId& to,
                                                  const std::stop_token& stop);

/// Everything that was sent is there as it was sent, and (unless `merged`) nothing else. Corrupt,
/// naming the first difference. Only volumes of `found` are compared.
[[nodiscard]] Status compare_listings(const VolumeListings& sent, const VolumeListings& found,
                                      bool merged);

}  // namespace boxwright::cli
