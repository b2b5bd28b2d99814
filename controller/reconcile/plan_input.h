#pragma once
// What is put into the planner about a box, for a pass and for a dry run alike: what is planned is
// what is done (design 2, promise 12).

#include "controller/engine/engine.h"
#include "controller/plan/plan_box.h"
#include "controller/plan/rollout.h"
#include "controller/plan/wanted.h"
#include "controller/reconcile/reconciler.h"
#include "state/secret_files.h"

namespace boxwright::reconcile {

/// What is to be looked at for this box.
[[nodiscard]] engine::BoxQuery query_for(const state::BoxRecord& record,
                                         const Installation& installation);

/// The container that the record asks for. Without a key no MAC is made.
[[nodiscard]] plan::Wanted wanted_for(const state::BoxRecord& record,
                                      const Installation& installation,
                                      const state::ResolvedSecrets& secrets, const MacKey* key);

/// One box as it is planned for. What is referred to must outlive the input that is made of it.
struct Planned {
  const state::BoxRecord& record;
  const state::ObservedBox& observed;
  const plan::Wanted& wanted;
  const state::ResolvedSecrets& secrets;
  const Orders& orders;
  const state::BoxStatus* told = nullptr;  ///< Its last status; may be null.
  Installation installation;
  WallTime now{};
};
/// All but what only a process that acts can know, and what is asked for.
[[nodiscard]] plan::PlanInput input_for(const Planned& planned);

/// An open request about this box.
[[nodiscard]] bool is_about(const state::Request& request, const BoxName& name);
/// Lets the planner know what is asked for; false: it is nothing that one box's plan is about. A
/// rollout counts only for the wanted state that it is bound to.
bool take_request(const state::Request& request, plan::PlanInput& input);

/// Whether the rollout of the box's source is halted for it.
[[nodiscard]] plan::RolloutQuestion question_for(const plan::PlanInput& input,
                                                 const Orders& orders);

}  // namespace boxwright::reconcile
