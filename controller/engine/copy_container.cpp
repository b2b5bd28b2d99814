#include "controller/engine/copy_container.h"

#include <algorithm>
#include <utility>

#include "state/ownership.h"

namespace boxwright::engine {

namespace {

CreateContainer create_step(const CopyHelperPlan& plan) {
  CreateContainer create;
  create.name = "boxwright-copy-" + plan.box.str() + "-" + plan.attempt.str().substr(0, 8);
  auto& config = create.config;
  config.image = plan.image.id.str();
  config.command = {
      "boxwright-copy"};  // Never run; an image without a command of its own needs it.
  config.hostname = "copy";
  config.network = "none";
  config.init = false;
  config.log_driver = "json-file";
  config.mounts = plan.mounts;
  // What the image would have a volume of its own for gets one that is there: else the engine makes
  // one without a name, which nobody would remove.
  for (const auto& path : plan.image.volumes)
    config.mounts.push_back({plan.mounts.front().volume, path});
  std::sort(config.mounts.begin(), config.mounts.end(),
            [](const auto& a, const auto& b) { return a.target < b.target; });
  for (const auto& mount : config.mounts)
    create.no_copy.insert(mount.volume);
  state::OwnerLabels owner;
  owner.installation = plan.installation;
  owner.role = kRoleCopy;
  owner.attempt = plan.attempt;
  config.labels = state::write_owner(owner);
  return create;
}

}  // namespace

bool is_copy_leftover(const state::ObservedContainer& container, WallTime now) {
  return container.owner.role == kRoleCopy && container.owner.uid.empty() &&
         !container.is_alive() && !container.ever_started() &&
         container.created_at + kCopyAtMost < now;
}

Result<std::unique_ptr<CopyHelper>> CopyHelper::make(Engine& engine, const CopyHelperPlan& plan,
                                                     std::stop_token stop) {
  const Step step{create_step(plan), "volumes are copied"};
  BW_TRY_ASSIGN(const auto reply, engine.perform(step, {}, std::move(stop)));
  return std::unique_ptr<CopyHelper>(new CopyHelper(engine, reply.created));
}

CopyHelper::~CopyHelper() {
  if (!removed_) (void)remove();
}

Status CopyHelper::remove() {
  // Also after an interrupt: what was made is taken away.
  BW_TRY(engine_.perform({RemoveContainer{id_}, "the copy is over"}, {}, std::stop_token{}));
  removed_ = true;
  return {};
}

}  // namespace boxwright::engine
