#include "tests/chaos/stage.h"

#include <fmt/core.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <stdexcept>

namespace boxwright::chaos {

namespace fs = std::filesystem;
using std::chrono::seconds;
using test::Fate;

namespace {

void need(bool done, const char* what) {
  if (!done) throw std::runtime_error(fmt::format("{}: {}", what, std::strerror(errno)));
}

void mount_small_disk(const fs::path& folder) {
  fs::create_directories(folder);
  need(::mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=32m,mode=700") == 0, "mount a tmpfs");
}

}  // namespace

Stage::Stage(std::string boxwright) : boxwright_(std::move(boxwright)) {
  need(::unshare(CLONE_NEWNS) == 0, "a mount namespace");
  need(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0, "private mounts");
  std::string pattern = (fs::temp_directory_path() / "bw-chaos-XXXXXX").string();
  need(::mkdtemp(pattern.data()) != nullptr, "a temporary folder");
  root_ = pattern;
  fs::create_directories(files());
  fs::create_directories(boxes());
  mount_source();
  mount_small_disk(state());
  engine_ = std::make_unique<test::Dockerd>();
  proxy_ = std::make_unique<test::EngineProxy>(
      root_ / "proxy.sock", engine_->socket(),
      [this](const test::EngineRequest& request) { return judge(request); });
}

Stage::~Stage() {
  disarm();
  controller_.reset();
  proxy_.reset();
  engine_.reset();
  unmount_source();
  ::umount2(state().c_str(), MNT_DETACH);
  std::error_code ignored;
  fs::remove_all(root_, ignored);
}

fs::path Stage::volume_folder(const std::string& volume) const {
  return engine_->data_root() / "volumes" / volume / "_data";
}

std::vector<std::string> Stage::command(const std::string& endpoint) const {
  return {boxwright_, "--engine", endpoint, "--state", (state() / "state.db").string()};
}

void Stage::start_controller() {
  kill_controller();
  const std::string name = fmt::format("run-{:03}", ++starts_);
  test::Child::Settings settings{command(proxy_->endpoint()), root_ / (name + ".out"),
                                 root_ / (name + ".log")};
  settings.words.insert(settings.words.end(), {"run", boxes().string()});
  controller_ = std::make_unique<test::Child>(settings);
  // What it asked is of no use here, and a play is long.
  proxy_->forget_requests();
}

bool Stage::controller_runs() {
  if (controller_ && controller_->runs()) return true;
  disarm();
  if (controller_) note_end(controller_->wait(seconds(1)));
  controller_.reset();
  return false;
}

void Stage::note_end(int code) {
  constexpr int kBySignal = 128;
  if (code < kBySignal || code == kBySignal + SIGKILL || code == kBySignal + SIGTERM) return;
  crashes_ += fmt::format("controller {} ended with {}\n", starts_, code);
}

void Stage::kill_controller() {
  disarm();
  controller_.reset();
}

int Stage::stop_controller() {
  disarm();
  if (!controller_) return 0;
  controller_->signal(SIGTERM);
  // The longest grace period, and what the contract adds to it.
  const int code = controller_->wait(seconds(20));
  note_end(code);
  controller_.reset();
  return code;
}

void Stage::arm(const Failpoint& failpoint) {
  if (!controller_runs()) return;
  const std::scoped_lock lock(mutex_);
  failpoint_ = failpoint;
  armed_for_ = controller_->pid();
}

void Stage::disarm() {
  const std::scoped_lock lock(mutex_);
  armed_for_ = 0;
}

int Stage::hits() const {
  const std::scoped_lock lock(mutex_);
  return hits_;
}

Fate Stage::judge(const test::EngineRequest& request) {
  const bool counts = request.is_mutating() && request.path.find("/exec") == std::string::npos;
  const std::scoped_lock lock(mutex_);
  if (armed_for_ == 0 || !counts || --failpoint_.calls > 0) return Fate::Pass;
  // Not reaped before it is disarmed: the number is still this process's.
  if (failpoint_.kills) ::kill(armed_for_, SIGKILL);
  armed_for_ = 0;
  ++hits_;
  return failpoint_.fate;
}

std::string Stage::log() const {
  std::string all;
  for (int start = std::max(1, starts_ - 3); start <= starts_; ++start) {
    const auto text = test::read_text(root_ / fmt::format("run-{:03}.log", start));
    all += fmt::format("--- controller {}\n{}", start,
                       text.substr(text.size() > 20'000 ? text.size() - 20'000 : 0));
  }
  return all;
}

void Stage::unmount_source() {
  if (!mounted_) return;
  ::umount2(boxes().c_str(), MNT_DETACH);
  mounted_ = false;
}

void Stage::mount_source() {
  if (mounted_) return;
  need(::mount(files().c_str(), boxes().c_str(), nullptr, MS_BIND, nullptr) == 0, "mount");
  mounted_ = true;
}

void Stage::fill_disk() {
  std::ofstream ballast(state() / "ballast", std::ios::binary | std::ios::app);
  // Smaller and smaller pieces, until not even one byte goes.
  for (std::size_t size = std::size_t{1} << 20U; size > 0; size /= 16) {
    const std::string piece(size, 'x');
    while (ballast.write(piece.data(), static_cast<std::streamsize>(size)) && ballast.flush()) {
    }
    ballast.clear();
  }
}

void Stage::free_disk() {
  std::error_code ignored;
  fs::remove(state() / "ballast", ignored);
}

Said Stage::run(const std::vector<std::string>& words) {
  test::Child::Settings settings{command(engine_->endpoint()), root_ / "said.out",
                                 root_ / "said.err"};
  settings.words.insert(settings.words.end(), words.begin(), words.end());
  Said said;
  said.code = test::Child(settings).wait(seconds(60));
  said.out = test::read_text(settings.out);
  said.err = test::read_text(settings.err);
  return said;
}

}  // namespace boxwright::chaos
