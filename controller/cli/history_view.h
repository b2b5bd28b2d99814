#pragma once
// The history of a box, and what differs between two of its states: tables, diffs, data. Pure.

#include <optional>
#include <string>
#include <vector>

#include "controller/plan/compare.h"
#include "specs/model/box_spec.h"
#include "state/generation_record.h"
#include "state/records.h"

namespace boxwright::cli {

struct HistoryView {
  state::BoxRecord record;
  std::vector<state::GenerationRecord> entries;  ///< Oldest first.
  std::optional<state::BoxStatus> status;        ///< As told last; why the newest entry waits.
};

/// One line an entry, newest first: when, image, outcome, and which fields changed against the
/// entry before. `wide` adds who asked, the image as written, the revision and when it was reached.
[[nodiscard]] std::string history_table(const HistoryView& view, bool wide);
/// An object of kind History; docs/reference/history.schema.json.
[[nodiscard]] std::string history_json(const HistoryView& view);

/// One state of a box.
struct StateView {
  std::string name;  ///< `3`, `3.1`, or `now`.
  specs::BoxSpec spec;
  ImageId image_id;        ///< Empty: not known.
  std::string secret_mac;  ///< Empty: none, or not known.
};

struct DiffView {
  std::string box;
  StateView from;
  StateView to;

  [[nodiscard]] std::vector<plan::FieldDifference> differences() const;
};

/// `3` or `3.1` of the history, `now` (what is wanted at present) or `declared` (what the
/// declaration says, which differs from `now` while a rollback holds). NotFound says what there is.
[[nodiscard]] Result<StateView> find_state(const HistoryView& view, const std::string& name);

/// A heading and a line a field: + only in the later, - only in the earlier, ~ changed. Empty where
/// nothing differs.
[[nodiscard]] std::string diff_text(const DiffView& view, bool colour);
/// An object of kind Diff; docs/reference/diff.schema.json.
[[nodiscard]] std::string diff_json(const DiffView& view);

}  // namespace boxwright::cli
