#include "controller/engine/docker/perform.h"

#include <cctype>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "controller/engine/docker/errors.h"
#include "controller/engine/docker/json_read.h"
#include "controller/engine/docker/json_write.h"
#include "controller/engine/docker/pull.h"
#include "controller/engine/hide_values.h"
#include "state/ownership.h"

namespace boxwright::docker {

namespace {

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// Every run of 64 hexadecimal digits.
std::vector<std::string> container_ids_in(std::string_view words) {
  constexpr std::size_t kIdLength = 64;
  std::vector<std::string> ids;
  std::string run;
  for (const char c : words) {
    if (std::isxdigit(static_cast<unsigned char>(c)) != 0) {
      run += c;
    } else {
      run.clear();
    }
    if (run.size() == kIdLength) ids.push_back(std::exchange(run, {}));
  }
  return ids;
}

/// Makes the call of each kind of step and judges its answer.
class Performer {
 public:
  Performer(DockerApi& api, const engine::Step& step, const engine::ProgressSink& progress,
            const std::stop_token& stop)
      : api_(api), doing_(engine::describe(step)), progress_(progress), stop_(stop) {}

  Result<engine::StepReply> operator()(const engine::PullImage& step) const {
    return pull_image(api_, step.reference, doing_, progress_, stop_);
  }

  Result<engine::StepReply> operator()(const engine::ImportImage& step) const {
    return import_image(api_, step, doing_, stop_);
  }

  Result<engine::StepReply> operator()(const engine::CreateNetwork& step) const {
    BW_TRY_ASSIGN(const HttpReply reply,
                  post("/networks/create", network_body(step), api_.deadlines().read));
    // The step is for a network of this name to be there.
    if (reply.status == 409) return engine::StepReply{};
    if (reply.status != 201) return refused(reply);
    return with_warnings(reply);
  }

  Result<engine::StepReply> operator()(const engine::CreateVolume& step) const {
    BW_TRY_ASSIGN(const HttpReply reply,
                  post("/volumes/create", volume_body(step), api_.deadlines().read));
    if (reply.status != 201 && reply.status != 200) return refused(reply);
    auto labels = read_labels(reply.body);
    if (!labels) return tl::unexpected(answer_error(doing_, labels.error().message));
    // The engine answers with a volume of that name that existed before, whoever made it.
    const state::OwnerLabels theirs = state::read_owner(*labels);
    const state::OwnerLabels ours = state::read_owner(step.labels);
    if (theirs.installation != ours.installation || theirs.uid != ours.uid) {
      return fail(ErrorCode::Conflict, RetryClass::Conflict,
                  "{}: a volume of this name exists and is not this box's: rename or remove it, if "
                  "its data is not needed",
                  doing_);
    }
    return engine::StepReply{};
  }

  Result<engine::StepReply> operator()(const engine::CreateContainer& step) const {
    BW_TRY_ASSIGN(const ApiVersion version, api_.version(stop_));
    BW_TRY_ASSIGN(HttpReply reply, post("/containers/create?name=" + url_escape(step.name),
                                        create_body(step, version), api_.deadlines().create));
    if (reply.status == 201) return with_warnings(reply);
    reply.body = engine::hide_values(engine_message(reply.body), step.config.env);
    if (reply.status == 404) {
      return fail(ErrorCode::NotFound, RetryClass::Conflict,
                  "{}: the Docker Engine has no image {}: {}", doing_, step.config.image,
                  engine_words(reply.body));
    }
    return refused(reply);
  }

  Result<engine::StepReply> operator()(const engine::CreateHold& step) const {
    BW_TRY_ASSIGN(const HttpReply reply, post("/containers/create?name=" + url_escape(step.name),
                                              hold_body(step), api_.deadlines().create));
    if (reply.status == 201) return with_warnings(reply);
    return refused(reply);
  }

  Result<engine::StepReply> operator()(const engine::StartContainer& step) const {
    BW_TRY_ASSIGN(const HttpReply reply,
                  post(container(step.id, "/start"), {}, api_.deadlines().start));
    const std::string words = engine_words(reply.body);
    // "network X not found" comes with the same status as a container that is gone.
    if (reply.status == 404 && contains(words, "network")) {
      return fail(ErrorCode::Refused, RetryClass::Conflict,
                  "{}: its network was removed, or removed and made again: {}", doing_, words);
    }
    return done_unless(reply, {204, 304});
  }

  Result<engine::StepReply> operator()(const engine::StopContainer& step) const {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(step.grace);
    BW_TRY_ASSIGN(const HttpReply reply,
                  post(container(step.id, fmt::format("/stop?t={}", seconds.count())), {},
                       seconds + api_.deadlines().stop_extra));
    return done_unless(reply, {204, 304});
  }

  Result<engine::StepReply> operator()(const engine::UnpauseContainer& step) const {
    BW_TRY_ASSIGN(const HttpReply reply,
                  post(container(step.id, "/unpause"), {}, api_.deadlines().read));
    if (contains(engine_words(reply.body), "is not paused")) return engine::StepReply{};
    return done_unless(reply, {204});
  }

  Result<engine::StepReply> operator()(const engine::RenameContainer& step) const {
    BW_TRY_ASSIGN(
        const HttpReply reply,
        post(container(step.id, "/rename?name=" + url_escape(step.to)), {}, api_.deadlines().read));
    if (reply.status == 400 && contains(engine_words(reply.body), "same name")) {
      return engine::StepReply{};
    }
    return done_unless(reply, {204});
  }

  Result<engine::StepReply> operator()(const engine::UpdateContainer& step) const {
    BW_TRY_ASSIGN(const HttpReply reply,
                  post(container(step.id, "/update"), update_body(step), api_.deadlines().read));
    if (reply.status != 200) return refused(reply);
    return with_warnings(reply);
  }

  Result<engine::StepReply> operator()(const engine::ConnectNetwork& step) const {
    BW_TRY_ASSIGN(const HttpReply reply, post(network(step.network, "/connect"),
                                              connect_body(step.id), api_.deadlines().read));
    const std::string words = engine_words(reply.body);
    if (reply.status == 403 && contains(words, "already exists")) {
      // Connected already, or an endpoint of that name is left over: the next look tells.
      return engine::StepReply{.created = {}, .warnings = {words}};
    }
    return done_unless(reply, {200});
  }

  Result<engine::StepReply> operator()(const engine::DisconnectNetwork& step) const {
    BW_TRY_ASSIGN(const HttpReply reply, post(network(step.network, "/disconnect"),
                                              disconnect_body(step.id), api_.deadlines().read));
    if (reply.status == 404 || contains(engine_words(reply.body), "is not connected")) {
      return engine::StepReply{};
    }
    return done_unless(reply, {200});
  }

  Result<engine::StepReply> operator()(const engine::SaveLayer&) const {
    return fail(ErrorCode::Internal, RetryClass::Terminal, "{}: this is no call of an engine",
                doing_);
  }

  Result<engine::StepReply> operator()(const engine::CommitImage& step) const {
    const PullReference parts = split_reference(step.reference);
    // It is stopped, or somebody works in it: to pause it would be to disturb it.
    const std::string path =
        fmt::format("/commit?container={}&repo={}&tag={}&pause=0", url_escape(step.id.str()),
                    url_escape(parts.image), url_escape(parts.tag));
    auto reply = api_.call({.method = "POST",
                            .path = path,
                            .body = commit_body(step),
                            .silence = api_.deadlines().archive_silence},
                           stop_);
    if (!reply) return tl::unexpected(with_context(std::move(reply).error(), doing_));
    if (reply->status != 201) return refused(*reply);
    return engine::StepReply{};
  }

  Result<engine::StepReply> operator()(const engine::RemoveContainer& step) const {
    BW_TRY_ASSIGN(const HttpReply reply,
                  call("DELETE", container(step.id, step.force ? "?force=1" : ""), {},
                       api_.deadlines().remove));
    if (reply.status == 409 && contains(engine_words(reply.body), "already in progress")) {
      return fail(ErrorCode::Conflict, RetryClass::Waiting, "{}: the Docker Engine is still at it",
                  doing_);
    }
    return done_unless(reply, {204, 404});
  }

  Result<engine::StepReply> operator()(const engine::RemoveVolume& step) const {
    BW_TRY_ASSIGN(const HttpReply reply, call("DELETE", "/volumes/" + url_escape(step.name.str()),
                                              {}, api_.deadlines().remove));
    const std::string words = engine_words(reply.body);
    if (reply.status == 409 && contains(words, "in use")) {
      return tl::unexpected(engine::volume_in_use(step.name, users_named_in(words)));
    }
    return done_unless(reply, {204, 404});
  }

 private:
  /// `volume is in use - [ID, ID]`: the containers by name, as far as they can be looked at.
  [[nodiscard]] std::vector<std::string> users_named_in(const std::string& words) const {
    std::vector<std::string> users;
    constexpr std::size_t kUsersShown = 3;
    for (const auto& id : container_ids_in(words)) {
      const auto body = api_.get(container(ContainerId{id}, "/json"), doing_, stop_);
      const auto line = body ? read_container_line(*body) : Result<ListedContainer>{};
      const bool known = body && line && !line->name.empty();
      users.push_back(known ? line->name : id.substr(0, 12));
      if (users.size() == kUsersShown) break;
    }
    return users;
  }

  [[nodiscard]] static std::string container(const ContainerId& id, const std::string& rest) {
    return "/containers/" + url_escape(id.str()) + rest;
  }
  [[nodiscard]] static std::string network(const NetworkId& id, const std::string& rest) {
    return "/networks/" + url_escape(id.str()) + rest;
  }

  [[nodiscard]] Result<HttpReply> call(const char* method, const std::string& path, Secret body,
                                       Duration deadline) const {
    auto reply = api_.call(
        {.method = method, .path = path, .body = std::move(body), .total = deadline}, stop_);
    if (!reply) return tl::unexpected(with_context(std::move(reply).error(), doing_));
    return reply;
  }
  [[nodiscard]] Result<HttpReply> post(const std::string& path, Secret body,
                                       Duration deadline) const {
    return call("POST", path, std::move(body), deadline);
  }

  [[nodiscard]] tl::unexpected<Error> refused(const HttpReply& reply) const {
    return tl::unexpected(reply_error(doing_, reply.status, reply.body));
  }
  [[nodiscard]] Result<engine::StepReply> done_unless(const HttpReply& reply,
                                                      std::initializer_list<int> fine) const {
    for (const int status : fine) {
      if (reply.status == status) return engine::StepReply{};
    }
    return refused(reply);
  }
  [[nodiscard]] Result<engine::StepReply> with_warnings(const HttpReply& reply) const {
    auto read = read_reply(reply.body);
    // The engine has done it: only the ID is missing, which the next look finds.
    if (!read) return tl::unexpected(answer_error(doing_, read.error().message));
    return read;
  }

  DockerApi& api_;
  std::string doing_;
  const engine::ProgressSink& progress_;
  const std::stop_token& stop_;
};

}  // namespace

Result<engine::StepReply> perform_step(DockerApi& api, const engine::Step& step,
                                       const engine::ProgressSink& progress,
                                       const std::stop_token& stop) {
  return std::visit(Performer(api, step, progress, stop), step.kind);
}

}  // namespace boxwright::docker
