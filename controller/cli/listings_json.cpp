#include "controller/cli/listings_json.h"

namespace boxwright::cli {

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

}  // namespace boxwright::cli
