// Each step of the seam as one call to the model, with the answers that count as success.

#include <algorithm>
#include <variant>

#include "state/ownership.h"
#include "tests/support/fake_engine.h"
#include "tests/support/model_view.h"

namespace boxwright::test {

namespace {

using engine::StepReply;

struct Performer {
  DockerModel& model;
  const engine::ProgressSink& progress;
  bool must_wait = false;  ///< A stop that waits out its grace.

  /// The engine's 404 on a removal and its like: what was wanted is so already.
  static Result<StepReply> reply(const Answer& answer, const char* doing, int also_good = 0) {
    if (!answer && answer.error().status != also_good) {
      return tl::unexpected(view_refusal(answer.error(), doing));
    }
    return StepReply{};
  }

  Result<StepReply> operator()(const engine::PullImage& it) const {
    if (progress) progress("pulling " + it.reference);
    return reply(model.pull(it.reference), "pull image");
  }
  Result<StepReply> operator()(const engine::ImportImage& it) const {
    ImageContent content;
    content.config.labels = it.labels;
    return reply(model.import_image(it.reference, *it.archive, content), "import image");
  }
  Result<StepReply> operator()(const engine::CreateNetwork& it) const {
    const auto created = model.create_network(it.name, it.labels);
    if (!created && created.error().status != 409) {
      return tl::unexpected(view_refusal(created.error(), "create network"));
    }
    return StepReply{};
  }
  Result<StepReply> operator()(const engine::CreateVolume& it) const {
    BW_TRY(reply(model.create_volume(it.name, it.labels), "create volume"));
    const auto held = state::read_owner(model.find_volume(it.name)->labels);
    const auto wanted = state::read_owner(it.labels);
    if (held.installation != wanted.installation || held.uid != wanted.uid) {
      return fail(ErrorCode::Conflict, RetryClass::Conflict,
                  "create volume: {} exists and belongs to somebody else; rename or remove it",
                  it.name.str());
    }
    return StepReply{};
  }
  Result<StepReply> operator()(const engine::CreateContainer& it) const {
    const auto created = model.create({it.name, it.config, it.no_copy, {}});
    if (!created) return tl::unexpected(view_refusal(created.error(), "create container"));
    return StepReply{created->id, created->warnings};
  }
  Result<StepReply> operator()(const engine::CreateHold& it) const {
    CreateCall call;
    call.name = it.name;
    call.config.image = it.image;
    call.config.labels = it.labels;
    call.config.network = "none";
    call.config.restart = specs::RestartPolicy::UnlessStopped;
    for (const VolumeName& volume : it.volumes)
      call.config.mounts.push_back({volume, "/hold/" + volume.str()});
    call.no_copy = it.volumes;
    call.volume_labels = it.stray;
    const auto created = model.create(call);
    if (!created) return tl::unexpected(view_refusal(created.error(), "create container"));
    return StepReply{created->id, created->warnings};
  }
  Result<StepReply> operator()(const engine::StartContainer& it) const {
    const Answer answer = model.start(it.id.str());
    // A network that is gone has the same status as a container that is gone.
    if (!answer && answer.error().status == 404 && answer.error().message.starts_with("network")) {
      return tl::unexpected(
          with_context(Error{ErrorCode::Refused, RetryClass::Conflict, answer.error().message},
                       "start container"));
    }
    return reply(answer, "start container");
  }
  Result<StepReply> operator()(const engine::StopContainer& it) {
    const Answer answer = model.begin_stop(it.id.str(), it.grace);
    must_wait = answer.has_value() && *answer == 202;
    return reply(answer, "stop container");
  }
  Result<StepReply> operator()(const engine::UnpauseContainer& it) const {
    const ModelContainer* container = model.find(it.id.str());
    if (container != nullptr && container->state == state::ContainerState::Running) {
      return StepReply{};
    }
    return reply(model.unpause(it.id.str()), "unpause container");
  }
  Result<StepReply> operator()(const engine::RenameContainer& it) const {
    const ModelContainer* container = model.find(it.id.str());
    if (container != nullptr && container->name == it.to) return StepReply{};
    return reply(model.rename(it.id.str(), it.to), "rename container");
  }
  Result<StepReply> operator()(const engine::UpdateContainer& it) const {
    return reply(model.update(it.id.str(), it.limits, it.restart), "update container");
  }
  Result<StepReply> operator()(const engine::ConnectNetwork& it) const {
    // 403 with the network and the container there: it is connected already.
    return reply(model.connect(it.network.str(), it.id.str()), "connect network", 403);
  }
  Result<StepReply> operator()(const engine::DisconnectNetwork& it) const {
    const Answer answer = model.disconnect(it.network.str(), it.id.str(), true);
    if (!answer && answer.error().status == 404) return StepReply{};
    return reply(answer, "disconnect network", 403);
  }
  Result<StepReply> operator()(const engine::SaveLayer&) const {
    return fail(ErrorCode::Internal, RetryClass::Terminal, "save layer: no call of an engine");
  }
  Result<StepReply> operator()(const engine::CommitImage& it) const {
    const auto made = model.commit(it.id.str(), it.reference, it.labels, it.blank);
    if (!made) return tl::unexpected(view_refusal(made.error(), "commit"));
    return StepReply{};
  }
  Result<StepReply> operator()(const engine::RemoveContainer& it) const {
    const Answer answer = model.remove(it.id.str(), it.force);
    if (!answer && answer.error().message.find("already in progress") != std::string::npos) {
      return fail(ErrorCode::Conflict, RetryClass::Waiting, "remove container: {}",
                  answer.error().message);
    }
    return reply(answer, "remove container", 404);
  }
  Result<StepReply> operator()(const engine::RemoveVolume& it) const {
    const Answer answer = model.remove_volume(it.name);
    if (!answer && answer.error().status == 409) {
      std::vector<std::string> users;
      for (const auto& [id, container] : model.containers()) {
        const auto& mounts = container.config.mounts;
        const bool uses = std::ranges::any_of(
            mounts, [&it](const auto& mount) { return mount.volume == it.name; });
        if (uses) users.push_back(container.name);
      }
      return tl::unexpected(engine::volume_in_use(it.name, users));
    }
    return reply(answer, "remove volume", 404);
  }
};

}  // namespace

Result<engine::StepReply> FakeEngine::carry_out(const engine::Step& step,
                                                const engine::ProgressSink& progress,
                                                std::unique_lock<std::mutex>& lock) {
  Performer performer{model_, progress};
  Result<StepReply> reply = std::visit(performer, step.kind);
  if (performer.must_wait) {
    return wait_for_stop(lock, std::get<engine::StopContainer>(step.kind).grace);
  }
  return reply;
}

}  // namespace boxwright::test
