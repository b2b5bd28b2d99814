// Bugs in what is done.

#include <map>
#include <memory>

#include "state/ownership.h"
#include "tests/simulation/plant_parts.h"
#include "tests/simulation/plants/plant_lists.h"

namespace boxwright::test {

namespace {

using Reply = std::optional<Result<engine::StepReply>>;

/// A bug in one kind of step: the step is changed and passed on.
template <class Kind>
std::function<std::unique_ptr<engine::Engine>(engine::Engine&)> alter(
    std::function<void(Kind&)> change) {
  return plant_engine([change] {
    EngineHooks hooks;
    hooks.step = [change](engine::Step& step, const Perform& /*perform*/) -> Reply {
      if (auto* kind = std::get_if<Kind>(&step.kind)) change(*kind);
      return std::nullopt;
    };
    return hooks;
  });
}

/// Another step, or none, in place of one kind.
template <class Kind>
std::function<std::unique_ptr<engine::Engine>(engine::Engine&)> instead(
    std::function<Reply(const Kind&, const engine::Step&, const Perform&)> act) {
  return plant_engine([act] {
    EngineHooks hooks;
    hooks.step = [act](engine::Step& step, const Perform& perform) -> Reply {
      const auto* kind = std::get_if<Kind>(&step.kind);
      return kind == nullptr ? std::nullopt : act(*kind, step, perform);
    };
    return hooks;
  });
}

engine::Step step_of(engine::StepKind kind, const engine::Step& like) {
  return {std::move(kind), like.cause, like.in_passage};
}

std::function<std::unique_ptr<engine::Engine>(engine::Engine&)> volumes_go_along() {
  return plant_engine([] {
    auto mounts = std::make_shared<std::map<ContainerId, std::vector<state::Mount>>>();
    EngineHooks hooks;
    hooks.box = [mounts](state::ObservedBox& box, const engine::BoxQuery& /*query*/) {
      for (const auto& container : box.containers)
        (*mounts)[container.id] = container.config.mounts;
    };
    hooks.step = [mounts](engine::Step& step, const Perform& perform) -> Reply {
      const auto* gone = std::get_if<engine::RemoveContainer>(&step.kind);
      if (gone == nullptr) return std::nullopt;
      auto reply = perform(step);
      for (const auto& mount : (*mounts)[gone->id])
        static_cast<void>(perform(step_of(engine::RemoveVolume{mount.volume}, step)));
      return reply;
    };
    return hooks;
  });
}

}  // namespace

std::vector<Plant> step_plants() {
  using engine::CreateContainer;
  using engine::StopContainer;
  using engine::UpdateContainer;
  return {
      {"volumes-go-along", "the volumes of a container are removed with it", volumes_go_along()},
      {"kills-instead-of-stopping", "a running container is removed by force",
       instead<StopContainer>([](const auto& it, const auto& step, const auto& perform) -> Reply {
         return perform(step_of(engine::RemoveContainer{it.id, true}, step));
       })},
      {"starts-candidate-early", "a candidate is started beside the old container",
       instead<CreateContainer>(
           [](const auto& /*it*/, const auto& step, const auto& perform) -> Reply {
             auto reply = perform(step);
             if (reply) {
               static_cast<void>(perform(step_of(engine::StartContainer{reply->created}, step)));
             }
             return reply;
           })},
      {"old-goes-first", "the old container is removed instead of put aside",
       instead<engine::RenameContainer>(
           [](const auto& it, const auto& step, const auto& perform) -> Reply {
             if (!it.to.ends_with(".prev")) return std::nullopt;
             return perform(step_of(engine::RemoveContainer{it.id, false}, step));
           })},
      {"copies-into-volumes", "NoCopy is forgotten where a volume was in use",
       alter<CreateContainer>([](auto& it) { it.no_copy.clear(); })},
      {"keeps-restart-policy", "the old container keeps its restart policy while it is aside",
       instead<UpdateContainer>(
           [](const auto& it, const auto& /*step*/, const auto& /*perform*/) -> Reply {
             if (it.restart != specs::RestartPolicy::No) return std::nullopt;
             return Result<engine::StepReply>(engine::StepReply{});
           })},
      {"makes-without-uid", "a container is made without the UID of its box",
       alter<CreateContainer>([](auto& it) { it.config.labels.erase(state::kLabelUid); })},
      {"makes-volumes-unmarked", "a volume is made without our mark",
       alter<engine::CreateVolume>([](auto& it) { it.labels.erase(state::kLabelInstallation); })},
      {"makes-with-wrong-uid", "a container carries the UID of another box",
       alter<CreateContainer>(
           [](auto& it) { it.config.labels[state::kLabelUid] = "00112233445566ff"; })},
      {"mounts-neighbours-data", "a container mounts the volume of another box",
       alter<CreateContainer>([](auto& it) {
         if (it.name.find("box0") != std::string::npos) return;
         for (auto& mount : it.config.mounts) {
           if (mount.target.ends_with("workspace")) mount.volume = VolumeName{"box-box0-workspace"};
         }
       })},
      {"forgets-a-mount", "a container is made without one of its volumes",
       alter<CreateContainer>([](auto& it) { it.config.mounts.pop_back(); })},
      {"forgets-an-env", "a container is made without its variables",
       alter<CreateContainer>([](auto& it) { it.config.env.erase("EDITOR"); })},
      {"forgets-swap", "memory is changed without swap", alter<UpdateContainer>([](auto& it) {
         if (it.limits) it.limits->memory_swap = it.limits->memory;
       })},
      {"ignores-grace", "a container is killed without its grace period",
       alter<StopContainer>([](auto& it) { it.grace = Duration{0}; })},
      {"start-is-believed", "a start is taken for done and never made",
       instead<engine::StartContainer>(
           [](const auto& /*it*/, const auto& /*step*/, const auto& /*perform*/) -> Reply {
             return Result<engine::StepReply>(engine::StepReply{});
           })},
      {"removes-without-saving", "what people made outside the volumes is not saved",
       plant_engine([] {
         EngineHooks hooks;
         hooks.changes = [](auto& changes) { changes.clear(); };
         return hooks;
       })},
      {"connect-is-believed", "a connect is taken for done and never made",
       instead<engine::ConnectNetwork>(
           [](const auto& /*it*/, const auto& /*step*/, const auto& /*perform*/) -> Reply {
             return Result<engine::StepReply>(engine::StepReply{});
           })},
  };
}

}  // namespace boxwright::test
