#pragma once
// Label mode: the exact set of labels that Traefik 3 turns into a route (research: routing section
// 7).

#include <map>
#include <string>
#include <vector>

#include "specs/base/ids.h"
#include "specs/source/snapshot.h"

namespace boxwright::routing {

/// Every label that Traefik reads begins with this (it ignores case).
inline constexpr const char* kTraefikPrefix = "traefik.";
/// code-server's port. Always named: Traefik would otherwise take the lowest exposed one, sshd's.
inline constexpr const char* kEditorPort = "8080";

/// Labels for one box: `traefik.enable`, `traefik.docker.network`, one router with rule, entry
/// point and service, one service with its port 8080. Names come from the UID (`box-<uid>`), never
/// from a person's text. Empty when the source has no domain or routing is off. Requires:
/// `subdomain` and the domain passed validation (no back-tick, star, dot or capital). As a second
/// line of defence the result is empty, too, when any part of it could break out of its place: a
/// box without a route does no harm, a rule with a back-tick in it can take over the edge.
[[nodiscard]] std::map<std::string, std::string> traefik_labels(
    const BoxUid& uid, const std::string& subdomain, const specs::SourceSettings& settings);

/// `https://ada.boxes.example/`; empty where traefik_labels would make no route for the name.
[[nodiscard]] std::string box_url(const std::string& subdomain,
                                  const specs::SourceSettings& settings);

/// Whether Traefik would read a label with this key.
[[nodiscard]] bool is_traefik_label(const std::string& key);

/// Keys in an image's own labels that Traefik would read: a container inherits them, so an image
/// can carry routes of its own (`traefik.http.routers.x.service=api@internal`). Sorted.
[[nodiscard]] std::vector<std::string> inherited_routes(
    const std::map<std::string, std::string>& image_labels);

}  // namespace boxwright::routing
