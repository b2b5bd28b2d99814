#include "controller/cli/saved_plan_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "specs/base/open_file.h"

namespace boxwright::cli {

namespace {

/// Of ten thousand boxes with long specs; more is somebody else's file.
constexpr off_t kLongest = off_t{256} << 20U;

tl::unexpected<Error> failed(const char* doing, const std::string& file) {
  return fail(errno == EACCES || errno == EPERM ? ErrorCode::Denied : ErrorCode::Unavailable,
              RetryClass::Terminal, "cannot {} {}: {}", doing, file,
              std::generic_category().message(errno));
}

Result<std::string> read_whole(const OpenFile& opened, const std::string& file) {
  std::string text;
  std::array<char, 65536> buffer{};
  while (true) {
    const auto got = ::read(opened.fd(), buffer.data(), buffer.size());
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
  OpenFile opened(::open(beside.c_str(), kAnew, S_IRUSR | S_IWUSR));
  if (!opened.is_open()) return failed("write", beside);
  const bool written = write_all(opened.fd(), saved_plan_text(saved)) && ::fsync(opened.fd()) == 0;
  if (!written || !opened.close() || ::rename(beside.c_str(), file.c_str()) != 0) {
    auto error = failed("write", file);
    ::unlink(beside.c_str());
    return error;
  }
  return {};
}

Result<SavedPlan> read_plan_file(const std::string& file) {
  // Not blocking: what is a FIFO by now must not hold us.
  const OpenFile opened(::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!opened.is_open()) return failed("read", file);
  const auto text = read_whole(opened, file);
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
