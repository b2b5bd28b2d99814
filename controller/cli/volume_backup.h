#pragma once
// Where a backup lies, and what is written down beside it.

#include <filesystem>
#include <optional>
#include <string>

#include "controller/cli/tar_listing.h"
#include "specs/base/clock.h"
#include "specs/base/ids.h"

namespace boxwright::cli {

/// A file and its digest file beside it, or a folder with both in it.
struct BackupPlace {
  std::filesystem::path archive;
  std::filesystem::path manifest;
};
/// Where a new backup goes. A name that ends with a slash, or an empty folder, is a folder, made
/// here for its owner alone where it is not there; Conflict for one that has something in it.
[[nodiscard]] Result<BackupPlace> new_backup(const std::string& where);
/// Where an existing one is.
[[nodiscard]] BackupPlace backup_at(const std::string& where);

/// What makes a backup one that can be trusted.
struct BackupManifest {
  BoxName box;
  BoxUid uid;
  std::string owner;
  WallTime taken_at{};
  bool running = false;                        ///< The box ran at any time while it was read.
  std::string archive_digest;                  ///< SHA-256 of the file.
  std::map<std::string, std::string> volumes;  ///< Digest by key.
};

[[nodiscard]] std::string manifest_json(const BackupManifest& manifest,
                                        const VolumeListings& listings);
/// Written last: a backup without it was not finished.
[[nodiscard]] Status write_manifest(const BackupPlace& place, const std::string& json);
/// nullopt: there is none.
[[nodiscard]] Result<std::optional<BackupManifest>> read_manifest(const BackupPlace& place);

/// Reads all of the archive; Corrupt where it is not what the manifest says.
[[nodiscard]] Result<VolumeListings> check_backup(const BackupPlace& place,
                                                  const std::optional<BackupManifest>& manifest);

}  // namespace boxwright::cli
