#include "controller/cli/volume_backup.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "controller/cli/zstd_file.h"
#include "specs/base/open_file.h"

namespace boxwright::cli {

namespace {

namespace fs = std::filesystem;

constexpr const char* kArchiveName = "volumes.tar.zst";
constexpr const char* kManifestName = "manifest.json";
constexpr const char* kHashName = "sha256:";

BackupPlace in_folder(const fs::path& folder) {
  return {folder / kArchiveName, folder / kManifestName};
}

BackupPlace beside(const fs::path& file) {
  return {file, fs::path(file.string() + ".json")};
}

std::string without_hash_name(const std::string& text) {
  const std::string name = kHashName;
  return text.starts_with(name) ? text.substr(name.size()) : text;
}

Error no_manifest(const fs::path& file, const std::string& why) {
  return {ErrorCode::Corrupt, RetryClass::Terminal,
          fmt::format("{} is no digest file of a backup: {}", file.string(), why)};
}

Result<BackupManifest> parse_manifest(const fs::path& file, const std::string& text) {
  const auto root = nlohmann::json::parse(text, nullptr, false);
  if (!root.is_object() || root.value("kind", "") != "VolumeBackup") {
    return tl::unexpected(no_manifest(file, "it is not of kind VolumeBackup"));
  }
  // Whatever somebody made of it by hand, no exception leaves here.
  try {
    BackupManifest manifest;
    manifest.box = BoxName{root.at("box").get<std::string>()};
    manifest.uid = BoxUid{root.at("uid").get<std::string>()};
    manifest.owner = root.at("owner").get<std::string>();
    manifest.taken_at = parse_rfc3339(root.at("takenAt").get<std::string>()).value_or(WallTime{});
    manifest.running = root.at("running").get<bool>();
    manifest.archive_digest = without_hash_name(root.at("archiveDigest").get<std::string>());
    for (const auto& volume : root.at("volumes")) {
      manifest.volumes[volume.at("key").get<std::string>()] =
          without_hash_name(volume.at("digest").get<std::string>());
    }
    return manifest;
  } catch (const nlohmann::json::exception& exception) {
    return tl::unexpected(no_manifest(file, exception.what()));
  }
}

}  // namespace

Result<BackupPlace> new_backup(const std::string& where) {
  std::error_code error;
  const bool is_folder = where.ends_with('/') || fs::is_directory(where, error);
  if (!is_folder) {
    const auto place = beside(where);
    if (!fs::exists(place.manifest, error)) return place;
    return fail(ErrorCode::Conflict, RetryClass::Terminal,
                "{} exists, and no backup is written over another; name a new file",
                place.manifest.string());
  }
  const fs::path folder{where};
  const bool is_made = fs::create_directory(folder, error);
  if (error) {
    return fail(ErrorCode::Denied, RetryClass::Terminal, "cannot make the folder {}: {}",
                folder.string(), error.message());
  }
  // Who may look into a folder that was there before is its owner's business.
  if (is_made) fs::permissions(folder, fs::perms::owner_all, error);
  const bool is_empty = fs::is_empty(folder, error);
  if (error) {
    return fail(ErrorCode::Denied, RetryClass::Terminal, "cannot read the folder {}: {}",
                folder.string(), error.message());
  }
  if (!is_empty) {
    return fail(ErrorCode::Conflict, RetryClass::Terminal,
                "the folder {} has something in it; name a new one", folder.string());
  }
  return in_folder(folder);
}

BackupPlace backup_at(const std::string& where) {
  std::error_code error;
  return fs::is_directory(where, error) ? in_folder(where) : beside(where);
}

Status write_manifest(const BackupPlace& place, const std::string& json) {
  constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
  OpenFile out(::open(place.manifest.c_str(), kFlags, S_IRUSR | S_IWUSR));
  const bool written =
      out.is_open() && write_all(out.fd(), json) && ::fsync(out.fd()) == 0 && out.close();
  if (written) return {};
  return fail(ErrorCode::Unavailable, RetryClass::Terminal, "cannot write {}: {}",
              place.manifest.string(), std::strerror(errno));
}

Result<std::optional<BackupManifest>> read_manifest(const BackupPlace& place) {
  std::error_code error;
  if (!fs::exists(place.manifest, error)) return std::optional<BackupManifest>{};
  std::ifstream in(place.manifest, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) {
    return fail(ErrorCode::Denied, RetryClass::Terminal, "cannot read {}", place.manifest.string());
  }
  BW_TRY_ASSIGN(auto manifest, parse_manifest(place.manifest, text.str()));
  return std::optional(std::move(manifest));
}

Result<VolumeListings> check_backup(const BackupPlace& place,
                                    const std::optional<BackupManifest>& manifest) {
  if (manifest) {
    BW_TRY_ASSIGN(const auto digest, file_digest(place.archive));
    if (digest != manifest->archive_digest) {
      return fail(ErrorCode::Corrupt, RetryClass::Terminal,
                  "{} is not the file that was backed up: its digest is {} and not {}",
                  place.archive.string(), digest, manifest->archive_digest);
    }
  }
  BW_TRY_ASSIGN(const auto reader, ZstdReader::open(place.archive));
  BW_TRY_ASSIGN(auto listings, list_archive([&reader] { return reader->next(); }));
  if (!manifest) return listings;
  for (const auto& [key, digest] : manifest->volumes) {
    const auto found = listings.find(key);
    if (found != listings.end() && found->second.digest() == digest) continue;
    return fail(ErrorCode::Corrupt, RetryClass::Terminal,
                "volume {} in {} is not what its digest file says", key, place.archive.string());
  }
  return listings;
}

}  // namespace boxwright::cli
