#pragma once
// Looking at the engine's truth.

#include <set>
#include <string>
#include <vector>

#include "tests/simulation/ledger.h"

namespace boxwright::test {

/// The model as it is, without going through a call.
[[nodiscard]] const DockerModel& truth_of(World& world);

/// The box's own containers: with our mark and this name, neither copies nor foreign.
[[nodiscard]] std::vector<const ModelContainer*> containers_of(World& world, const Ledger& ledger,
                                                               const BoxName& box);
/// What holds volumes for us: no box's.
[[nodiscard]] bool is_hold(const ModelContainer& container, const Ledger& ledger);
/// What the running ones mount.
[[nodiscard]] std::set<VolumeName> held_volumes(World& world, const Ledger& ledger);
/// The first volume of a box that is there whole and that no running hold mounts; empty: none.
[[nodiscard]] std::string unheld_volume(World& world, const Ledger& ledger);
[[nodiscard]] bool is_ours(const ModelContainer& container, const Ledger& ledger);
[[nodiscard]] BoxName box_of(const std::map<std::string, std::string>& labels);
[[nodiscard]] BoxUid uid_of(const std::map<std::string, std::string>& labels);
[[nodiscard]] bool is_marked(const std::map<std::string, std::string>& labels);
/// Its server answers now, or it has no check.
[[nodiscard]] bool does_answer(const DockerModel& model, const ModelContainer& container);

/// One container as made for this spec in all that is fixed at creation; empty: it is.
[[nodiscard]] std::string differs_in_making(const ModelContainer& container,
                                            const specs::BoxDeclaration& box);
/// How the box differs from what is declared; empty: not at all.
[[nodiscard]] std::string how_it_differs(World& world, const Ledger& ledger,
                                         const specs::BoxDeclaration& box);

/// The value that the secret file of a box holds, and the canary that is looked for everywhere.
[[nodiscard]] std::string secret_value(const BoxName& box, unsigned version);
inline constexpr const char* kCanary = "canary-in-the-mine";

// Images and how their containers behave.
inline constexpr const char* kSecondImage = "box-base:2";
inline constexpr const char* kSlowImage = "box-base:slow";
inline constexpr const char* kExitingImage = "box-base:exits";
inline constexpr const char* kSickImage = "box-base:sick";
inline constexpr const char* kStubbornImage = "box-base:stubborn";
inline constexpr const char* kOfferedImage = "registry.test/box:1";
inline constexpr const char* kMissingImage = "registry.test/missing:1";
inline constexpr const char* kNoStartImage = "box-base:nostart";

/// A box of this image can become healthy.
[[nodiscard]] bool is_good_image(const std::string& image);
void add_images(World& world);

}  // namespace boxwright::test
