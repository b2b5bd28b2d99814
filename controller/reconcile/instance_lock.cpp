#include "controller/reconcile/instance_lock.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <system_error>

#include "specs/base/digest.h"

namespace boxwright::reconcile {

namespace {

namespace fs = std::filesystem;

/// An open, locked file. Its descriptor is closed with it, and with that the lock goes.
class LockedFile {
 public:
  explicit LockedFile(int fd) : fd_(fd) {}
  LockedFile(LockedFile&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  LockedFile(const LockedFile&) = delete;
  LockedFile& operator=(const LockedFile&) = delete;
  LockedFile& operator=(LockedFile&&) = delete;
  ~LockedFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_;
};

class HeldLocks final : public InstanceLock {
 public:
  HeldLocks(LockedFile installation, LockedFile state)
      : installation_(std::move(installation)), state_(std::move(state)) {}

 private:
  LockedFile installation_;
  LockedFile state_;
};

std::string to_text(const LockHolder& holder) {
  return fmt::format("pid={}\nuser={}\nstate={}\nverb={}\n", holder.pid, holder.user,
                     holder.state_path, holder.verb);
}

LockHolder read_holder(int fd) {
  std::array<char, 4096> buffer{};
  const auto size = ::pread(fd, buffer.data(), buffer.size(), 0);
  std::istringstream lines(
      std::string(buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0));
  LockHolder holder;
  std::string line;
  while (std::getline(lines, line)) {
    const auto equals = line.find('=');
    if (equals == std::string::npos) continue;
    const auto key = line.substr(0, equals);
    const auto value = line.substr(equals + 1);
    if (key == "pid") holder.pid = std::atoi(value.c_str());
    if (key == "user") holder.user = value;
    if (key == "state") holder.state_path = value;
    if (key == "verb") holder.verb = value;
  }
  return holder;
}

std::string words_for(const LockHolder& holder) {
  return fmt::format(
      "another boxwright {} holds it (pid {}, user {}, state {}); use the verbs that work beside "
      "it "
      "(get, plan, delete, restart, ...), or stop that process first",
      holder.verb.empty() ? "process" : holder.verb, holder.pid, holder.user, holder.state_path);
}

Result<LockedFile> lock_file(const fs::path& path, const LockHolder& me) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (fd < 0) {
    return fail(errno == EACCES ? ErrorCode::Denied : ErrorCode::Unavailable, RetryClass::Terminal,
                "cannot open the lock file {}: {}; run as the user who owns it", path.string(),
                std::strerror(errno));
  }
  LockedFile file(fd);
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    return fail(ErrorCode::Conflict, RetryClass::Terminal, "the lock {} is taken: {}",
                path.string(), words_for(read_holder(fd)));
  }
  const auto text = to_text(me);
  if (::ftruncate(fd, 0) != 0 ||
      ::pwrite(fd, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
    return fail(ErrorCode::Unavailable, RetryClass::Terminal, "cannot write the lock file {}: {}",
                path.string(), std::strerror(errno));
  }
  return file;
}

fs::path state_lock_path(const fs::path& state_file) {
  return state_file.string() + ".lock";
}

}  // namespace

Result<std::unique_ptr<InstanceLock>> take_instance_lock(const Installation& installation,
                                                         const state::EngineFacts& engine,
                                                         const fs::path& lock_dir,
                                                         const fs::path& state_file,
                                                         const LockHolder& me) {
  std::error_code ignored;
  fs::create_directories(state_file.parent_path(), ignored);
  // The engine's ID alone does not name it: several on one host can share one (docker-api 0.12).
  const auto hash =
      sha256_hex(fmt::format("{}\n{}\n{}", installation.str(), engine.engine_id, engine.data_root))
          .substr(0, 16);
  BW_TRY_ASSIGN(auto by_engine, lock_file(lock_dir / ("boxwright-" + hash), me));
  BW_TRY_ASSIGN(auto by_state, lock_file(state_lock_path(state_file), me));
  return std::make_unique<HeldLocks>(std::move(by_engine), std::move(by_state));
}

std::optional<LockHolder> lock_holder(const fs::path& state_file) {
  const int fd = ::open(state_lock_path(state_file).c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  const LockedFile file(fd);
  if (::flock(fd, LOCK_SH | LOCK_NB) == 0) return std::nullopt;
  return read_holder(fd);
}

fs::path default_lock_dir() {
  const fs::path standard{"/run/lock"};
  if (::access(standard.c_str(), W_OK) == 0) return standard;
  std::error_code error;
  auto temporary = fs::temp_directory_path(error);
  return error ? fs::path{"/tmp"} : temporary;
}

}  // namespace boxwright::reconcile
