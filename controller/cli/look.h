#pragma once
// How boxes stand: read from the engine just now where it answers, else what was stored. Works with
// and without a controller.

#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "controller/cli/session.h"

namespace boxwright::cli {

/// One box as it is shown.
struct ShownBox {
  state::BoxRecord record;
  state::BoxStatus status;
  std::optional<reconcile::BoxPreview> fresh;  ///< nullopt: the engine was not read.

  /// The container that the status speaks of; nullptr: none, or not read.
  [[nodiscard]] const state::ObservedContainer* container() const;
};

/// A name that is told of without being a box of ours: a container that no source has, or a
/// declaration that came to nothing.
struct ShownName {
  std::string name;
  std::string reason;  ///< `Orphaned`, `InvalidSpec`, ...
  std::string message;
  std::string image;  ///< Of an orphaned container.
};

struct Looked {
  std::vector<ShownBox> boxes;   ///< Sorted by name.
  std::vector<ShownName> names;  ///< Sorted by name.
  std::string engine_error;      ///< Not empty: statuses are as they were stored.
  std::set<std::string> known;   ///< Every box that there is, also where a filter leaves it out.
};

/// The boxes that `options` names and selects. InvalidSpec for a filter that is none.
[[nodiscard]] Result<Looked> look(Session& session, const Options& options,
                                  const std::stop_token& stop);

/// Whether labels fit a selector (selector.h); one that is none fits nothing. Pure.
[[nodiscard]] bool is_selected(const std::string& selector,
                               const std::map<std::string, std::string>& labels);

/// What a fresh look alone cannot know is taken from the last status told (by a controller) as long
/// as it speaks of the same container and generation: its own health check passed, why a call
/// failed, that the box keeps crashing. Pure.
[[nodiscard]] state::BoxStatus merge_status(const state::BoxStatus* told,
                                            const state::BoxStatus& fresh, std::int64_t generation);

/// `True`, `False` or `Unknown`.
[[nodiscard]] std::string ready_word(const state::BoxStatus& status);
/// The condition that matters most now; nullptr: nothing is known.
[[nodiscard]] const state::Condition* leading_condition(const state::BoxStatus& status);

/// name: A to Z; age: youngest container first; memory, restarts: most first. By name among equals.
/// Pure.
void sort_boxes(Looked& looked, const std::string& by);

/// Says on standard error what a list cannot: names that are not there (with the nearest one), an
/// engine that does not answer. Gives the exit code.
[[nodiscard]] int say_gaps(const Options& options, const Looked& looked, WallTime now);

/// One box as a JSON object of kind Box.
[[nodiscard]] std::string box_json(const ShownBox& box);
/// A name without a box, likewise.
[[nodiscard]] std::string box_json(const ShownName& name);
/// One line for a reader that follows: {"type": "Added"|"Modified"|"Deleted", "object": Box}.
/// `object` is what box_json gave.
[[nodiscard]] std::string watch_line(const std::string& type, const std::string& object);
/// The same object without the moment of looking, to see whether anything else changed.
[[nodiscard]] std::string without_times(const std::string& object);
/// All as kind BoxList.
[[nodiscard]] std::string box_list_json(const Looked& looked);

}  // namespace boxwright::cli
