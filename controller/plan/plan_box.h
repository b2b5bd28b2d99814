#pragma once
// The planner for one box: pure and total. Any set of observed objects, however odd, has a plan.

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "controller/plan/compare.h"
#include "controller/plan/plan.h"
#include "controller/plan/wanted.h"
#include "state/observed.h"
#include "state/records.h"

namespace boxwright::plan {

/// What this process itself has seen of a container since its last start. Not persisted.
struct Watch {
  ContainerId container;
  std::optional<WallTime> started_at;  ///< The start it speaks of.
  bool check_passed = false;           ///< Our own health check has passed since then.
  bool interrupted = false;   ///< The event stream broke, or a foreign hand stopped it since.
  std::string start_refused;  ///< Never started: the engine refused, with these words.
  Duration running_for{0};    ///< Monotonic time since we first saw it run.
};

struct PlanInput {
  const state::BoxRecord* record = nullptr;
  const state::ObservedBox* observed = nullptr;
  const Wanted* wanted = nullptr;
  Installation installation;
  WallTime now{};

  std::string secrets_message;     ///< Why a secret is missing, when wanted->secrets_missing.
  bool suspended = false;          ///< By the spec or by a standing order.
  bool observation_stale = false;  ///< No good relist for 3 min: nothing is stopped or removed.
  bool disk_low = false;           ///< Nothing is pulled, built or replaced.
  bool pulled = false;             ///< `pull: always` has pulled in this pass.
  bool pull_failed = false;        ///< The last try to get the image failed.
  std::optional<WallTime> restart_requested;
  /// Containers that this process saw begin since it knows of that request.
  std::set<ContainerId> started_anew = {};
  /// `empty:workspace`, `drop:inbox`, `drift`: what a person accepted.
  std::set<std::string> accepted;
  std::optional<Bytes> memory_in_use;
  /// What would have to be saved of the container that is to be replaced; nullopt: not measured.
  std::optional<Bytes> layer_size = {};
  /// Containers at rest whose files outside their volumes are saved, or let go by a person.
  std::set<ContainerId> saved_layers = {};
  std::vector<Watch> watches;
  /// Starting again is held for this long (crash-loop pace, backoff).
  std::optional<Duration> start_held;
  /// Beginning a replacement is held for this long (it was interrupted before).
  std::optional<Duration> replace_held;
  /// This process stopped the box's last running container and owes it a running one.
  bool in_passage = false;
  /// It keeps ending soon after its start.
  bool crash_looping = false;
  /// A person asked, then, for the update to this very wanted state.
  std::optional<WallTime> rollout_requested;
  /// Why no further box of the source is replaced (halted_message); empty: it is not halted for
  /// this box.
  std::string rollout_halted;
  /// Somebody is at work in the box; nullopt: it was not asked.
  std::optional<bool> session_active;
  /// Since when its update waits for that to end.
  std::optional<WallTime> waits_for_idle_since;
};

/// Our containers of a box, sorted into their parts. Pointers go into the observation.
struct BoxView {
  const state::ObservedContainer* current = nullptr;   ///< Made as wanted now.
  const state::ObservedContainer* outdated = nullptr;  ///< Made as wanted before, or by hand.
  /// Left over: neither the one to keep nor the one to go back to.
  std::vector<const state::ObservedContainer*> surplus;
  /// The engine is removing it; its name and volumes are not free yet.
  const state::ObservedContainer* removing = nullptr;
  std::vector<const state::ObservedContainer*>
      copies;  ///< From an image committed of a box: not ours.
  const state::ObservedContainer* drifted_unknown =
      nullptr;                      ///< Differs and memory is lost: hands off.
  bool current_is_unknown = false;  ///< `current` is not in the record yet.
};

enum class VolumeState { Present, New, Lost, Conflict };

/// One volume that the spec asks for.
struct VolumeView {
  std::string key;
  VolumeName name;
  std::string path;
  bool disposable = false;
  VolumeState state = VolumeState::New;
  bool remake = false;             ///< Lost, and may be made anew.
  bool directory_missing = false;  ///< Still listed by the engine: must be removed before.
};

[[nodiscard]] BoxView view_containers(const PlanInput& input);
[[nodiscard]] std::vector<VolumeView> view_volumes(const PlanInput& input);

/// Its last start is not older than this moment, at which a restart was asked for. A start that
/// lies in the future was made before the clock was set back, and counts as older, unless this
/// process saw it begin since: the engine's clock may be ahead of ours.
[[nodiscard]] bool has_started_since(const PlanInput& input,
                                     const state::ObservedContainer& container, WallTime since);

/// The wanted state as a key for verdicts: spec hash, image ID and secret MAC.
[[nodiscard]] std::string wanted_key(const PlanInput& input);
/// Whether a stored wanted_key speaks of the wanted state. An image or a secret that is absent at
/// present changes nothing; with `Unknown::Fits` neither does one that was absent when it was made.
enum class Unknown { Differs, Fits };
[[nodiscard]] bool is_wanted(const PlanInput& input, const std::string& key,
                             Unknown unknown = Unknown::Differs);
/// Whether the verdict on record still speaks of the wanted state.
[[nodiscard]] bool matches_verdict(const PlanInput& input);
/// The same, but for a restart or a rollout that was asked for since, which lifts it.
[[nodiscard]] bool is_rejected(const PlanInput& input);

/// Neither a copy nor one that the engine is about to do away with.
[[nodiscard]] bool is_startable(const BoxView& view, const state::ObservedContainer& container);
/// Nothing of the box runs, and it is we who owe it a running container: the old one was put aside
/// and none has run since, or this process stopped it (design 8.3). Suspend waits for the end.
[[nodiscard]] bool passage_is_open(const PlanInput& input, const BoxView& view);
/// A container that is not ours, or a copy, holds this name.
[[nodiscard]] bool is_name_held(const PlanInput& input, const BoxView& view,
                                const std::string& name);

/// The network of the wanted container as it is now; nullptr: absent.
[[nodiscard]] const state::ObservedNetwork* wanted_network(const PlanInput& input);
/// Attached to the wanted network's present ID (never-started containers look it up by name), and
/// with an address where it runs.
[[nodiscard]] bool is_attached(const PlanInput& input, const state::ObservedContainer& container);

/// How a candidate that runs beside its old container does.
enum class Trial { NotStarted, Waiting, Passed, Failed, Interrupted };
[[nodiscard]] Trial judge_candidate(const PlanInput& input,
                                    const state::ObservedContainer& candidate);
/// Ready as far as health goes: healthy, or our own check passed, or there is no check.
[[nodiscard]] bool is_healthy(const PlanInput& input, const state::ObservedContainer& container);

/// Time that a candidate without a health check must run without a restart.
inline constexpr Duration kSettledWithoutCheck{3'000};

/// UpdatePending: a person had the box go back, and its declaration is not followed.
inline constexpr const char* kRolledBackByHand = "RolledBackByHand";

[[nodiscard]] BoxPlan plan_box(const PlanInput& input);

}  // namespace boxwright::plan
