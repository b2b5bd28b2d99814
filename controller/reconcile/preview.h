#pragma once
// What would be done, and how things stand, from fresh reads: for plan, apply, get and describe.
// Makes only reading calls and writes nothing.

#include <vector>

#include "controller/plan/price.h"
#include "controller/reconcile/reconciler.h"

namespace boxwright::reconcile {

struct BoxPreview {
  state::BoxRecord record;
  state::ObservedBox observed;
  plan::BoxPlan plan;
  state::BoxStatus status;           ///< As of this very look.
  std::string secret_mac;            ///< Of the wanted secrets; empty: none, or no key yet.
  std::optional<plan::Price> price;  ///< Of its replacement or restart, where one is due.
  /// What the replacement that is due would lose, or why that is not known; nullopt: none is due,
  /// or it was not asked for.
  std::optional<Result<engine::WritableLayer>> layer;
};

struct PreviewInput {
  engine::Engine& engine;
  const Clock& clock;
  Installation installation;
  MacKey mac_key;  ///< Empty bytes before the first key was made: then no MAC is compared.
  Orders orders;
  std::vector<state::BoxRecord> records;
  /// The boxes that are not shown: what was rolled back of them halts the others' rollout, too.
  std::vector<state::BoxRecord> others = {};
  std::vector<state::BoxStatus> previous;  ///< As stored; for transition times and generations.
  /// A list of everything that was taken for this very call; may be null. A box that is at rest by
  /// it is not looked at once more, as the periodic look does it: eight calls a box are spared.
  const state::ObservedFleet* listed = nullptr;
  bool measure_layers = false;  ///< Of what is to be replaced: the engine walks all of its files.
  /// Whether somebody is at work is asked inside a box whose update is due and waits for that (the
  /// program runs by exec). Otherwise what its status told last is taken.
  bool ask_activity = false;
};

/// In the order of the records. An engine that cannot be read is an error, not an empty list.
[[nodiscard]] Result<std::vector<BoxPreview>> preview_boxes(const PreviewInput& input,
                                                            std::stop_token stop);

}  // namespace boxwright::reconcile
