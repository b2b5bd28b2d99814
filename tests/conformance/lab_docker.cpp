// The lab around a real Docker Engine, which all cases of the process share.

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <sys/socket.h>

#include "controller/engine/docker/docker_engine.h"
#include "tests/conformance/lab.h"
#include "tests/support/dockerd.h"

namespace boxwright::test {

namespace {

using nlohmann::json;

std::vector<std::string> shell(const std::string& line) {
  return {"sh", "-c", line};
}

void import_images(Dockerd& dockerd) {
  dockerd.import_image(kSleeper, {.command = {"sleep", "3600"}, .changes = {}, .files = {}});
  dockerd.import_image(
      kStubborn,
      {.command = shell("trap '' TERM; while :; do sleep 1; done"), .changes = {}, .files = {}});
  dockerd.import_image(kExits3, {.command = shell("exit 3"), .changes = {}, .files = {}});
  dockerd.import_image(
      kServer,
      {.command = shell("echo hello; exec httpd -f -p 8080 -h /www"), .changes = {}, .files = {}});
  dockerd.import_image(kOwnVolume, {.command = {"sleep", "3600"},
                                    .changes = {"VOLUME /data"},
                                    .files = {{"data/seed", "seed"}}});
  dockerd.import_image(kFlavoured,
                       {.command = {"sleep", "3600"},
                        .changes = {"LABEL flavour=plain", "ENV FLAVOUR=plain",
                                    "HEALTHCHECK --interval=1s --timeout=2s --retries=2 CMD true"},
                        .files = {}});
  dockerd.import_image(
      kGreedy,
      {.command = shell("dd if=/dev/zero of=/dev/shm/held bs=1048576 count=40; sleep 3600"),
       .changes = {},
       .files = {}});
}

/// A directory with an owner and mode of its own comes about by a commit: the archive knows root
/// only.
void import_seeded(Dockerd& dockerd) {
  dockerd.import_image(
      kSeeded,
      {.command = {"sleep", "3600"}, .changes = {}, .files = {{"home/work/from-image", "hello"}}});
  const std::string body =
      json{{"Image", kSeeded},
           {"Cmd", shell("chown -R 1000:1000 /home/work; chmod 700 /home/work")},
           {"HostConfig", {{"NetworkMode", "none"}}}}
          .dump();
  dockerd.must("POST", "/containers/create?name=seeding", body);
  dockerd.must("POST", "/containers/seeding/start");
  dockerd.must("POST", "/containers/seeding/wait");
  dockerd.must("POST", "/commit?container=seeding&repo=lab/seeded&tag=1",
               json{{"Cmd", {"sleep", "3600"}}}.dump());
  dockerd.must("DELETE", "/containers/seeding");
}

/// One engine for all cases of the process; ended by gtest after the last of them.
class SharedEngine final : public ::testing::Environment {
 public:
  void TearDown() override {
    engine.reset();
    dockerd.reset();
  }
  void start() {
    if (dockerd) return;
    dockerd = std::make_unique<Dockerd>();
    import_images(*dockerd);
    import_seeded(*dockerd);
    docker::DockerOptions options;
    options.endpoint = dockerd->endpoint();
    engine = docker::connect_docker(options, clock).value();
  }

  SystemClock clock;
  std::unique_ptr<Dockerd> dockerd;
  std::unique_ptr<engine::Engine> engine;
  bool has_spare = false;
  int made = 0;  ///< Goes into each spare image, so that no two are the same.
};

// gtest owns it and calls TearDown; there is no other place for what outlives a test case.
SharedEngine* const kShared =
    static_cast<SharedEngine*>(::testing::AddGlobalTestEnvironment(new SharedEngine));  // NOLINT

HandReply told(const RawReply& reply) {
  const json document = json::parse(reply.body, nullptr, false);
  if (document.is_object() && document.contains("message")) {
    return {reply.status, document.at("message").get<std::string>()};
  }
  return {reply.status, reply.body};
}

/// Sends a request and hangs up without reading the answer.
void send_and_leave(const std::filesystem::path& socket_path, const std::string& request) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(static_cast<char*>(address.sun_path), socket_path.c_str(),
               sizeof(address.sun_path) - 1);
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the socket API wants it.
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      ::write(fd, request.data(), request.size()) != static_cast<ssize_t>(request.size())) {
    ::close(fd);
    throw std::runtime_error("cannot reach the engine by hand");
  }
  ::close(fd);
}

class DockerLab final : public Lab {
 public:
  DockerLab() {
    kShared->start();
    dockerd_ = kShared->dockerd.get();
    dockerd_->clear();
    if (!kShared->has_spare) rebuild(kSpare);
    kShared->has_spare = true;
  }

  engine::Engine& engine() override { return *kShared->engine; }

  HandReply stop(const std::string& who) override { return post(who, "/stop?t=1"); }
  HandReply kill(const std::string& who) override { return post(who, "/kill"); }
  HandReply pause(const std::string& who) override { return post(who, "/pause"); }
  HandReply unpause(const std::string& who) override { return post(who, "/unpause"); }
  HandReply start(const std::string& who) override { return post(who, "/start"); }
  HandReply rename(const std::string& who, const std::string& to) override {
    return post(who, "/rename?name=" + to);
  }
  HandReply remove(const std::string& who, bool force, bool volumes) override {
    return call("DELETE", "/containers/" + who + "?force=" + (force ? "1" : "0") +
                              "&v=" + (volumes ? "1" : "0"));
  }
  HandReply disconnect(const std::string& network, const std::string& who) override {
    return call("POST", "/networks/" + network + "/disconnect", json{{"Container", who}}.dump());
  }
  HandReply connect(const std::string& network, const std::string& who) override {
    return call("POST", "/networks/" + network + "/connect", json{{"Container", who}}.dump());
  }
  HandReply remove_network(const std::string& who) override {
    return call("DELETE", "/networks/" + who);
  }
  HandReply remove_volume(const VolumeName& name, bool force) override {
    return call("DELETE", "/volumes/" + name.str() + (force ? "?force=1" : ""));
  }
  HandReply commit(const std::string& who, const std::string& reference) override {
    return call("POST", "/commit?container=" + who + "&" + repo_and_tag(reference));
  }
  HandReply untag(const std::string& reference, bool force) override {
    kShared->has_spare = kShared->has_spare && reference != kSpare;
    return call("DELETE", "/images/" + reference + (force ? "?force=1" : ""));
  }
  HandReply update_memory_alone(const std::string& who, Bytes memory) override {
    return post(who, "/update", json{{"Memory", memory.count}}.dump());
  }
  HandReply update_memory(const std::string& who, std::int64_t memory, std::int64_t swap) override {
    return post(who, "/update", json{{"Memory", memory}, {"MemorySwap", swap}}.dump());
  }
  void prune_volumes() override { dockerd_->must("POST", "/v1.41/volumes/prune"); }
  void prune_containers() override { dockerd_->must("POST", "/v1.41/containers/prune"); }
  void rebuild(const std::string& reference) override {
    dockerd_->import_image(reference, {.command = {"sleep", "3600"},
                                       .changes = {},
                                       .files = {{"made", std::to_string(++kShared->made)}}});
  }
  void stop_and_leave(const std::string& who, Duration grace) override {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(grace).count();
    send_and_leave(dockerd_->socket(), "POST /v1.41/containers/" + who +
                                           "/stop?t=" + std::to_string(seconds) +
                                           " HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
  }
  void restart_engine() override {
    dockerd_->stop();
    dockerd_->start();
  }

  void write_file(const VolumeName& volume, const std::string& file,
                  const std::string& bytes) override {
    std::ofstream(directory(volume) / file, std::ios::binary) << bytes;
  }
  std::optional<std::string> read_file(const VolumeName& volume, const std::string& file) override {
    std::ifstream in(directory(volume) / file, std::ios::binary);
    if (!in) return std::nullopt;
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
  }
  void write_in_layer(const std::string& who, const std::string& path,
                      const std::string& bytes) override {
    const json body = {{"Cmd", {"sh", "-c", "printf %s \"$1\" > \"$0\"", path, bytes}},
                       {"AttachStdout", true}};
    const auto made =
        json::parse(dockerd_->must("POST", "/containers/" + who + "/exec", body.dump()));
    dockerd_->must("POST", "/exec/" + made.at("Id").get<std::string>() + "/start",
                   R"({"Detach": false, "Tty": true})");
  }
  std::string mode_of(const VolumeName& volume) override {
    struct stat info{};
    if (::stat(directory(volume).c_str(), &info) != 0) return "absent";
    return fmt::format("{:04o} {}:{}", info.st_mode & 07777U, info.st_uid, info.st_gid);
  }
  void delete_directory(const VolumeName& volume) override {
    std::filesystem::remove_all(directory(volume).parent_path());
  }
  std::vector<VolumeName> volumes() override {
    std::vector<VolumeName> names;
    const json listed = json::parse(dockerd_->must("GET", "/volumes"));
    for (const json& volume : listed.at("Volumes")) {
      names.emplace_back(volume.at("Name").get<std::string>());
    }
    return names;
  }
  bool eventually(const std::function<bool()>& holds, Duration limit) override {
    const auto until = std::chrono::steady_clock::now() + limit;
    while (!holds()) {
      if (std::chrono::steady_clock::now() > until) return holds();
      // Another process's state cannot be waited for otherwise.
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return true;
  }
  const Clock& clock() const override { return kShared->clock; }

 private:
  HandReply call(const std::string& method, const std::string& path, const std::string& body = "") {
    return told(dockerd_->call(method, "/v1.41" + path, body));
  }
  HandReply post(const std::string& who, const std::string& what, const std::string& body = "") {
    return call("POST", "/containers/" + who + what, body);
  }
  static std::string repo_and_tag(const std::string& reference) {
    const std::size_t colon = reference.rfind(':');
    return "repo=" + url_escape(reference.substr(0, colon)) + "&tag=" + reference.substr(colon + 1);
  }
  [[nodiscard]] std::filesystem::path directory(const VolumeName& volume) const {
    return dockerd_->data_root() / "volumes" / volume.str() / "_data";
  }

  Dockerd* dockerd_ = nullptr;
};

}  // namespace

std::unique_ptr<Lab> make_lab(std::string& missing) {
  missing = Dockerd::missing();
  if (!missing.empty()) return nullptr;
  return std::make_unique<DockerLab>();
}

}  // namespace boxwright::test
