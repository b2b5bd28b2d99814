// What a look at a box adds to its history.

#include <fmt/core.h>

#include "controller/plan/generations.h"
#include "controller/reconcile/pass.h"

namespace boxwright::reconcile {

/// History is told, never acted on: what cannot be written is tried again with the next look.
void Reconciler::note_generation(Pass& pass) {
  const auto fact = plan::generation_fact(pass.input, pass.plan);
  if (!fact) return;
  const auto noted = fmt::format("{}|{}|{}|{}", pass.record.generation, to_string(fact->outcome),
                                 fact->image_id.str(), fact->secret_mac);
  if (pass.memory->noted_generation == noted) return;
  const auto history = parts_.store.history(pass.record.uid);
  if (!history) return;
  const auto entry = plan::next_entry(*history, pass.record, *fact, pass.input.now);
  if (entry && !parts_.store.put_generation(*entry)) return;
  pass.memory->noted_generation = noted;
}

}  // namespace boxwright::reconcile
