#include "controller/cli/saved_plan_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>

namespace boxwright::cli {

namespace {

/// Of ten thousand boxes with long specs; more is somebody else's file.
constexpr off_t kLongest = off_t{256} << 20U;

tl::unexpected<Error> failed(const char* doing, const std::string& file) {
  return fail(errno == EACCES || errno == EPERM ? ErrorCode::Denied : ErrorCode::Unavailable,
              RetryClass::Terminal, "cannot {} {}: {}", doing, file,
              std::generic_category().message(errno));
}

bool write_whole(int fd, const std::string& text) {
  std::size_t done = 0;
  while (done < text.size()) {
    const auto written = ::write(fd, text.data() + done, text.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    done += static_cast<std::size_t>(written);
  }
  return ::fsync(fd) == 0;
}

Result<std::string> read_whole(int fd, const std::string& file) {
  std::string text;
  std::array<char, 65536> buffer{};
  while (true) {
    const auto got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed("read", file);
    if (got == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
    if (static_cast<off_t>(text.size()) > kLongest) break;
  }
  return fail(ErrorCode::InvalidSpec, RetryClass::Terminal, "{} is too long for a saved plan",
              file);
}

}  // namespace

Status write_plan_file(const std::string& file, const SavedPlan& saved) {
  const auto beside = fmt::format("{}.{}.new", file, ::getpid());
  constexpr int kAnew = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  const int fd = ::open(beside.c_str(), kAnew, S_IRUSR | S_IWUSR);
  if (fd < 0) return failed("write", beside);
  const bool written = write_whole(fd, saved_plan_text(saved));
  const bool closed = ::close(fd) == 0;
  if (!written || !closed || ::rename(beside.c_str(), file.c_str()) != 0) {
    auto error = failed("write", file);
    ::unlink(beside.c_str());
    return error;
  }
  return {};
}

Result<SavedPlan> read_plan_file(const std::string& file) {
  // Not blocking: what is a FIFO by now must not hold us.
  const int fd = ::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return failed("read", file);
  auto text = read_whole(fd, file);
  ::close(fd);
  if (!text) return tl::unexpected(text.error());
  auto saved = read_saved_plan(*text);
  if (!saved) return tl::unexpected(with_context(saved.error(), file));
  return saved;
}

bool names_plan_file(const std::vector<std::string>& folders) {
  std::error_code ignored;
  return folders.size() == 1 && std::filesystem::is_regular_file(folders.front(), ignored);
}

}  // namespace boxwright::cli
