// What volumes hold, as digest files and `-o json` tell it.

#include <nlohmann/json.hpp>

#include "controller/cli/terminal.h"
#include "controller/cli/volume_backup.h"
#include "controller/cli/volume_work.h"

namespace boxwright::cli {

namespace {

constexpr const char* kHashName = "sha256:";

nlohmann::json listings_array(const VolumeListings& listings) {
  auto volumes = nlohmann::json::array();
  for (const auto& [key, listing] : listings) {
    volumes.push_back({{"key", key},
                       {"files", listing.files},
                       {"entries", listing.entries.size()},
                       {"size", listing.bytes.count},
                       {"digest", kHashName + listing.digest()}});
  }
  return volumes;
}

}  // namespace

std::string manifest_json(const BackupManifest& manifest, const VolumeListings& listings) {
  const nlohmann::json root = {{"apiVersion", "boxwright.dev/v1"},
                               {"kind", "VolumeBackup"},
                               {"box", manifest.box.str()},
                               {"uid", manifest.uid.str()},
                               {"owner", manifest.owner},
                               {"takenAt", to_rfc3339(manifest.taken_at)},
                               {"running", manifest.running},
                               {"archiveDigest", kHashName + manifest.archive_digest},
                               {"volumes", listings_array(listings)}};
  return root.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string listings_json(const std::string& verb, const BoxName& box,
                          const VolumeListings& listings) {
  const nlohmann::json root = {{"apiVersion", "boxwright.dev/v1"},
                               {"kind", "VolumeTransfer"},
                               {"verb", verb},
                               {"box", box.str()},
                               {"volumes", listings_array(listings)}};
  return inert_json(root.dump(2, ' ', false, nlohmann::json::error_handler_t::replace)) + "\n";
}

}  // namespace boxwright::cli
