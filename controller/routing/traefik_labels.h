#pragma once
// Label mode: the exact set of labels that Traefik 3 turns into a route (research: routing section 7).

#include <map>
#include <string>

#include "specs/base/ids.h"
#include "specs/source/snapshot.h"

namespace boxwright::routing {

/// Labels for one box: `traefik.enable`, `traefik.docker.network`, one router with rule, entry point
/// and service, one service with its port 8080. Names come from the UID (`box-<uid>`), never from a
/// person's text. Empty when the source has no domain or routing is off.
/// Requires: `subdomain` and the domain passed validation (no back-tick, star, dot or capital).
[[nodiscard]] std::map<std::string, std::string> traefik_labels(const BoxUid& uid,
                                                                const std::string& subdomain,
                                                                const specs::SourceSettings& settings);

/// `https://ada.boxes.example/`; empty without a domain.
[[nodiscard]] std::string box_url(const std::string& subdomain, const specs::SourceSettings& settings);

}  // namespace boxwright::routing
