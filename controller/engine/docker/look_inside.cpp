#include "controller/engine/docker/look_inside.h"

#include <utility>

#include "controller/engine/docker/errors.h"
#include "controller/engine/docker/json_read.h"
#include "controller/engine/docker/json_write.h"
#include "controller/engine/docker/stream.h"

namespace boxwright::docker {

namespace {

/// The engine's own, where a check names none.
constexpr Duration kDefaultCheckTimeout{30'000};
/// For the engine to set the process up, on top of the check's own timeout.
constexpr Duration kExecOverhead{500};
constexpr std::size_t kLongestLog = std::size_t{8} << 20U;

std::string path_of(const ContainerId& id, const std::string& rest) {
  return "/containers/" + url_escape(id.str()) + rest;
}

/// The program of a check in the engine's form; empty: there is none to run.
std::vector<std::string> program_of(const state::EngineHealthCheck& check) {
  if (check.test.empty() || check.test.front() == "NONE") return {};
  if (check.test.front() == "CMD-SHELL" && check.test.size() > 1) {
    return {"/bin/sh", "-c", check.test[1]};
  }
  return {check.test.begin() + 1, check.test.end()};
}

Result<std::string> create_exec(DockerApi& api, const ContainerId& id,
                                const std::vector<std::string>& program, const std::string& doing,
                                const std::stop_token& stop) {
  BW_TRY_ASSIGN(const HttpReply reply, api.call({.method = "POST",
                                                 .path = path_of(id, "/exec"),
                                                 .body = exec_body(program),
                                                 .total = api.deadlines().read},
                                                stop));
  if (reply.status != 201) return tl::unexpected(reply_error(doing, reply.status, reply.body));
  const auto created = read_reply(reply.body);
  if (!created) return tl::unexpected(answer_error(doing, created.error().message));
  return created->created.str();
}

}  // namespace

Result<bool> run_check(DockerApi& api, const ContainerId& id, const state::EngineHealthCheck& check,
                       const std::stop_token& stop) {
  const std::vector<std::string> program = program_of(check);
  if (program.empty()) return true;
  BW_TRY_ASSIGN(const std::string exec,
                create_exec(api, id, program,
                            "check the health of container " + id.str().substr(0, 12), stop));

  // Without an Upgrade header the engine sends the output and closes at the end.
  const Duration timeout = check.timeout.count() > 0 ? check.timeout : kDefaultCheckTimeout;
  const StreamSink drop{.opened = {}, .chunk = [](std::string_view) { return true; }};
  const auto started = api.stream({.method = "POST",
                                   .path = fmt::format("/exec/{}/start", url_escape(exec)),
                                   .body = Secret{R"({"Detach":false,"Tty":false})"},
                                   .total = timeout + kExecOverhead},
                                  drop, stop);
  if (!started && started.error().code == ErrorCode::DeadlineExceeded) return false;
  if (!started) return tl::unexpected(started.error());
  if (started->status != 200) {
    return tl::unexpected(reply_error("run the health check", started->status, started->body));
  }

  const std::string doing = "read the health check's result";
  BW_TRY_ASSIGN(const std::string body,
                api.get(fmt::format("/exec/{}/json", url_escape(exec)), doing, stop));
  const auto code = read_exit_code(body);
  if (!code) return tl::unexpected(answer_error(doing, code.error().message));
  return *code == 0;
}

Result<engine::ExecAnswer> ask(DockerApi& api, const ContainerId& id,
                               const std::vector<std::string>& program, Duration timeout,
                               const std::stop_token& stop) {
  const std::string doing = "ask container " + id.str().substr(0, 12);
  BW_TRY_ASSIGN(const std::string exec, create_exec(api, id, program, doing, stop));

  engine::ExecAnswer answer;
  FrameDecoder frames([&answer](int stream, std::string_view bytes) {
    if (stream != 1) return;
    answer.output += bytes.substr(0, engine::kAnswerLongest - answer.output.size());
  });
  Status framed;
  const StreamSink sink{.opened = {}, .chunk = [&](std::string_view bytes) {
                          framed = frames.feed(bytes);
                          return framed.has_value();
                        }};
  auto started = api.stream({.method = "POST",
                             .path = fmt::format("/exec/{}/start", url_escape(exec)),
                             .body = Secret{R"({"Detach":false,"Tty":false})"},
                             .total = timeout + kExecOverhead},
                            sink, stop);
  BW_TRY(framed);
  if (!started) return tl::unexpected(with_context(std::move(started).error(), doing));
  if (started->status != 200) {
    return tl::unexpected(reply_error(doing, started->status, started->body));
  }
  BW_TRY_ASSIGN(const std::string body,
                api.get(fmt::format("/exec/{}/json", url_escape(exec)), doing, stop));
  const auto code = read_exit_code(body);
  if (!code) return tl::unexpected(answer_error(doing, code.error().message));
  answer.exit_code = code->value_or(-1);
  return answer;
}

Result<Bytes> memory_in_use(DockerApi& api, const ContainerId& id, const std::stop_token& stop) {
  const std::string doing = "read the memory use of container " + id.str().substr(0, 12);
  BW_TRY_ASSIGN(const std::string body,
                api.get(path_of(id, "/stats?stream=false&one-shot=1"), doing, stop));
  auto bytes = read_memory_in_use(body);
  if (!bytes) return tl::unexpected(answer_error(doing, bytes.error().message));
  return bytes;
}

Result<std::map<VolumeName, Bytes>> volume_sizes(DockerApi& api, const std::stop_token& stop) {
  const std::string doing = "measure the volumes";
  BW_TRY_ASSIGN(const ApiVersion version, api.version(stop));
  // Without the type the engine measures images and containers, too.
  const bool typed = version >= kUsageByTypeApi;
  auto reply = api.call({.path = typed ? "/system/df?type=volume" : "/system/df",
                         .body = {},
                         .total = api.deadlines().disk_usage},
                        stop);
  if (!reply) return tl::unexpected(with_context(std::move(reply).error(), doing));
  if (reply->status != 200) return tl::unexpected(reply_error(doing, reply->status, reply->body));
  auto sizes = read_volume_sizes(reply->body);
  if (!sizes) return tl::unexpected(answer_error(doing, sizes.error().message));
  return sizes;
}

Result<std::vector<std::string>> recent_log(DockerApi& api, const ContainerId& id, int lines,
                                            const std::stop_token& stop) {
  const std::string doing = "read the log of container " + id.str().substr(0, 12);
  BW_TRY_ASSIGN(const std::string inspect, api.get(path_of(id, "/json"), doing, stop));
  const auto tty = read_tty(inspect);
  if (!tty) return tl::unexpected(answer_error(doing, tty.error().message));

  auto reply = api.call({.path = path_of(id, fmt::format("/logs?stdout=1&stderr=1&tail={}", lines)),
                         .body = {},
                         .total = api.deadlines().read,
                         .longest_reply = kLongestLog},
                        stop);
  if (!reply) return tl::unexpected(with_context(std::move(reply).error(), doing));
  if (reply->status != 200) return tl::unexpected(reply_error(doing, reply->status, reply->body));

  LogLines collected;
  if (*tty) {
    collected.add(1, reply->body);
    return collected.take();
  }
  FrameDecoder frames(
      [&collected](int stream, std::string_view bytes) { collected.add(stream, bytes); });
  BW_TRY(frames.feed(reply->body));
  BW_TRY(frames.finish());
  return collected.take();
}

}  // namespace boxwright::docker
