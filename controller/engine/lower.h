#pragma once
// From what to how, for engines that run single containers: a plan's actions as steps. Pure.

#include <vector>

#include "controller/engine/step.h"
#include "controller/plan/plan_box.h"

namespace boxwright::engine {

/// The steps that can be told now, in order, each exactly one engine call. What follows from an
/// object that does not exist yet comes with the next observation: the caller performs steps,
/// observes again, plans again and lowers again until none is left. Leftovers of a crash are just
/// another observation. `attempt` marks a container that is to be created.
///
/// A replacement (design 8.2): volumes and image ready, candidate created under its own name, old
/// one's restart policy off, old one stopped and put aside, candidate put in place and started,
/// healthy, what was changed in the old one outside its volumes saved, old one removed.
[[nodiscard]] std::vector<Step> lower(const plan::PlanInput& input, const plan::BoxPlan& plan,
                                      const Attempt& attempt);

/// Whether a step only brings something new into being, so that the next step of the same list may
/// follow without another observation: the engine's answer to it is the observation. A pull is not:
/// only a look at the image tells what it brings along.
[[nodiscard]] bool is_additive(const Step& step);

}  // namespace boxwright::engine
