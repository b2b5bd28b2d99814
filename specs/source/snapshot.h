#pragma once
// What a source says, whole and unchangeable; or that it could not be read.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "specs/base/clock.h"
#include "specs/base/error.h"
#include "specs/base/ids.h"
#include "specs/model/box_spec.h"

namespace boxwright::specs {

/// One line of a source's text as it is shown below an error: printable, a long one cut to the part
/// around the place, with `*` for what may be a secret in the wrong place.
struct Excerpt {
  std::string line;
  int before = 0;  ///< Characters of `line` before the marked part.
  int length = 0;  ///< Marked characters; 0: there is no line to show.
  int number = 0;  ///< Of a row: which line of its column this is; 0: the place says it.
  bool operator==(const Excerpt&) const = default;
};

/// Another place that a problem speaks of, such as where a name was used first.
struct RelatedPlace {
  std::string file;  ///< As in Problem; empty in a Finding: the same file.
  Position at;
  std::string label;  ///< `first written here`.
  Excerpt excerpt = {};
  bool operator==(const RelatedPlace&) const = default;
};

/// One thing wrong in one place of a source.
struct Problem {
  std::string code;  ///< Stable, `BW0103`.
  std::string file;  ///< Relative to the source's folder, or `desired_boxes/NAME#/resources/cpus`.
  Position at;       ///< Line 0 for table rows.
  std::string message;    ///< What is wrong: one clear clause, lower case, no final stop.
  BoxName box;            ///< The box it concerns, when known.
  std::string hint = {};  ///< What to write instead; empty: the message says it.
  Position end = {};      ///< Just past the offending part, on the same line; line 0: unknown.
  Excerpt excerpt = {};
  std::vector<RelatedPlace> related = {};

  /// `boxes/ada.yaml:9:25: error[BW0103]: unknown field ...; what to write`.
  [[nodiscard]] std::string to_line() const;
  bool operator==(const Problem&) const = default;
};

/// By file and place, then by what is said.
[[nodiscard]] bool operator<(const Problem& a, const Problem& b);

enum class RoutingMode { Labels, None };

/// How a change spreads over the boxes of a source.
struct RolloutLimits {
  int max_concurrent = 1;  ///< Boxes inside a replacement at once.
  int max_failures = 0;    ///< More rolled back than this, and no further one begins.
  bool operator==(const RolloutLimits&) const = default;
};

/// What is kept of a container that goes: files that people made outside its volumes.
struct LayerSettings {
  Bytes limit{2 * kGiB};  ///< Of more than this a replacement waits.
  Duration keep{14LL * 24 * 3600 * 1000};
  bool operator==(const LayerSettings&) const = default;
};

/// A source's settings, from its marker document or from the row of `desired_source`.
struct SourceSettings {
  std::string domain;  ///< Empty: no routing labels are made.
  RoutingMode routing = RoutingMode::Labels;
  std::string network = "traefik-public";  ///< The shared network that boxes are attached to.
  std::string entry_point = "websecure";
  Duration prune_delay{600'000};
  std::string secrets_dir;  ///< Absolute; empty: no secret resolves.
  RolloutLimits rollout;
  LayerSettings layers;
  bool operator==(const SourceSettings&) const = default;
};

/// Everything one source declared at one revision. Immutable.
struct Snapshot {
  SourceName source;
  std::string place;  ///< Where it was read: absolute folder path, or absolute path of desired.db.
  Revision revision;  ///< Content digest, or `table:<n>`.
  SourceSettings settings;
  std::vector<BoxDeclaration> boxes;  ///< Sorted by name; names are unique.
  std::vector<Problem> problems;  ///< Sorted. Non-empty: nothing may be pruned from this reading.
  /// Whose each file is (of a row: its owner), as far as the source tells. By file as in Origin.
  std::map<std::string, std::string> authors = {};
};

/// A source that is looked at again and again. One owner; not thread-safe.
class SpecSource {
 public:
  virtual ~SpecSource() = default;

  /// Where it reads from, for messages.
  [[nodiscard]] virtual std::string place() const = 0;

  /// Looks once, without waiting. nullopt: no settled reading yet (a folder must list the same
  /// twice, 500 ms apart) or nothing changed since the last snapshot or error that was returned. An
  /// error means "could not read": it says nothing about which boxes exist.
  [[nodiscard]] virtual Result<std::optional<Snapshot>> poll(MonoTime now) = 0;

  /// As of the last poll: nothing was ever declared here, so no reading has to be waited for.
  [[nodiscard]] virtual bool is_unused() const { return false; }
};

}  // namespace boxwright::specs
