#pragma once
// One entry of a box's history: what was wanted of it once, and what came of that. Values, and the
// rules by which a history is kept. Pure.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "specs/base/clock.h"
#include "specs/base/error.h"
#include "specs/base/ids.h"

namespace boxwright::state {

/// A generation, or (`part` above 0) a change of image or secrets within one.
struct GenerationRecord {
  enum class Outcome {
    Pending,           ///< Wanted, and not reached yet.
    Applied,           ///< The box was as this says, and ready.
    RolledBack,        ///< Its new container failed the trial; the old one went on.
    Superseded,        ///< Another was wanted before it was reached.
    RolledBackByHand,  ///< Was applied, until a person had the box go back from it.
  };
  BoxUid uid;
  std::int64_t generation = 0;
  int part = 0;
  std::string spec_json;   ///< Canonical and complete; secrets are references.
  ImageId image_id;        ///< What its container was made from; empty: none was, yet.
  std::string secret_mac;  ///< Of the secrets its container was given.
  SourceName source;
  Revision revision;
  std::string author;       ///< Whose file, row or order asked for it; empty: unknown.
  std::string rollback_to;  ///< Not empty: an order to go back to this entry made it.
  WallTime wanted_at{};     ///< Zero: before the record began.
  WallTime applied_at{};    ///< Zero: never, or before the record began.
  Outcome outcome = Outcome::Pending;
  std::string reason;  ///< A sentence for RolledBack, Superseded and RolledBackByHand.
  bool operator==(const GenerationRecord&) const = default;

  /// `3`, or `3.1` for a part: how people name it.
  [[nodiscard]] std::string name() const;
  /// The box has been like this.
  [[nodiscard]] bool was_applied() const {
    return outcome == Outcome::Applied || outcome == Outcome::RolledBackByHand;
  }
};

/// How many applied entries of a box are kept; what is older than these goes.
inline constexpr std::size_t kGenerationsKept = 20;

/// Adds a generation that is wanted from now on. Whatever was still pending is superseded, and with
/// `rollback_to` the entry that was applied last is one that was gone back from, unless it is that
/// one itself.
void begin_generation(std::vector<GenerationRecord>& history, GenerationRecord next);
/// Puts an entry in its place by generation and part, instead of the one that was there.
void put_generation(std::vector<GenerationRecord>& history, GenerationRecord entry);

[[nodiscard]] std::string_view to_string(GenerationRecord::Outcome value);
/// Corrupt for a text that to_string does not give.
[[nodiscard]] Result<GenerationRecord::Outcome> outcome_from(std::string_view text);

}  // namespace boxwright::state
