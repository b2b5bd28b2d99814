#pragma once
// How a change spreads over the boxes of one source: whose turn it is to be replaced, and when no
// further box begins. Pure.

#include <optional>
#include <string>
#include <vector>

#include "controller/plan/plan.h"
#include "specs/base/clock.h"
#include "specs/base/ids.h"
#include "specs/source/snapshot.h"

namespace boxwright::plan {

struct PlanInput;

/// How one box stands in the rollout of its source, as its last look showed.
struct RolloutStanding {
  enum class Phase {
    Unknown,   ///< Not looked at since its declaration changed, or since this process began.
    Quiet,     ///< Needs no replacement, or it is held back for a reason of its own.
    Due,       ///< Would be replaced now; nothing was disturbed yet.
    UnderWay,  ///< Its old container is being stopped, or its new one on trial.
  };
  BoxName name;
  SourceName source;
  Phase phase = Phase::Unknown;
  bool begun = false;     ///< Due, and its candidate is there already.
  bool is_down = false;   ///< Nothing of it runs, or it keeps ending: it waits for nobody's turn.
  bool has_turn = false;  ///< It was let begin, and goes on.
  /// Its wanted state was rolled back, then.
  std::optional<WallTime> failed_at;
  bool operator==(const RolloutStanding&) const = default;
};

/// As a look at the box says; `has_turn` is the caller's.
[[nodiscard]] RolloutStanding standing_of(const PlanInput& input, const BoxPlan& plan);

/// Of a box whose verdict speaks of what is wanted of it, and of which nothing else is known.
[[nodiscard]] RolloutStanding failed_standing(const state::BoxRecord& record);

/// Boxes whose failures count for the rollout of their source: more than maxFailures of them, and
/// it is halted. A failure counts until the wanted state of its box changes, or until a person
/// speaks: `resumed` for the whole source, `asked` for the one box that the question is about.
/// Sorted by name.
struct RolloutQuestion {
  SourceName source;
  specs::RolloutLimits limits;
  std::optional<WallTime> resumed;
  std::optional<WallTime> asked;
  WallTime now{};
};
[[nodiscard]] std::vector<BoxName> rollout_failures(const std::vector<RolloutStanding>& standings,
                                                    const RolloutQuestion& question);
[[nodiscard]] bool is_halted(const std::vector<BoxName>& failures,
                             const specs::RolloutLimits& limits);
/// `source team's rollout is halted, since ada was rolled back; `boxwright rollout --resume team`
/// lets it go on`.
[[nodiscard]] std::string halted_message(const SourceName& source,
                                         const std::vector<BoxName>& failures);
/// That message; empty: the rollout is not halted for who asks.
[[nodiscard]] std::string halted_by(const std::vector<RolloutStanding>& standings,
                                    const RolloutQuestion& question);

/// Boxes of one source that may begin their replacement now. First those that have begun before,
/// then by name; with a box that was not looked at yet, none that is new. Those that are down go
/// at once, whatever the limit, and count for it.
[[nodiscard]] std::vector<BoxName> boxes_that_may_begin(
    const std::vector<RolloutStanding>& standings, const specs::RolloutLimits& limits);

}  // namespace boxwright::plan
