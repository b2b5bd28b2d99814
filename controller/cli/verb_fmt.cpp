// fmt: files of specs in canonical form. Nothing but their look is changed.

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "controller/cli/exit_codes.h"
#include "controller/cli/problem_text.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verbs.h"
#include "specs/base/open_file.h"
#include "specs/parse/format.h"
#include "specs/parse/node.h"

namespace boxwright::cli {

namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> cannot(const fs::path& path, const char* what, int why) {
  const auto code = why == EACCES || why == EPERM ? ErrorCode::Denied : ErrorCode::Unavailable;
  return fail(code, RetryClass::Terminal, "{} cannot be {} ({})", path.string(), what,
              std::generic_category().message(why));
}

struct OnDisk {
  std::string text;
  mode_t mode = 0;
  uid_t owner = 0;
  gid_t group = 0;
};

Result<OnDisk> read_regular(const fs::path& path) {
  // Never waits for the writer of a FIFO.
  const OpenFile file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (file.fd() < 0) return cannot(path, "read", errno);
  struct stat found{};
  if (::fstat(file.fd(), &found) != 0) return cannot(path, "read", errno);
  if (!S_ISREG(found.st_mode)) return cannot(path, "read: it is no regular file", EINVAL);
  OnDisk disk{{}, found.st_mode & 07777, found.st_uid, found.st_gid};
  while (disk.text.size() <= specs::kTextBytesMax) {
    char part[65536];
    const auto count = ::read(file.fd(), part, sizeof part);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return cannot(path, "read", errno);
    if (count == 0) break;
    disk.text.append(part, static_cast<std::size_t>(count));
  }
  return disk;
}

/// Beside it, then over it, so that a reader sees the old text or the new. Its name begins with a
/// dot: a source never reads it.
Status write_over(const fs::path& path, const OnDisk& old, const std::string& text) {
  std::error_code why;
  const auto real = fs::canonical(path, why);
  if (why) return cannot(path, "written", why.value());
  auto beside = (real.parent_path() / ("." + real.filename().string() + ".XXXXXX")).string();
  OpenFile file(::mkostemp(beside.data(), O_CLOEXEC));
  if (file.fd() < 0) return cannot(path, "written", errno);
  bool good = ::fchmod(file.fd(), old.mode) == 0;
  if (::geteuid() == 0) good = good && ::fchown(file.fd(), old.owner, old.group) == 0;
  good = good && write_all(file.fd(), text) && ::fsync(file.fd()) == 0 && file.close() &&
         ::rename(beside.c_str(), real.c_str()) == 0;
  if (good) return {};
  const int failure = errno;
  ::unlink(beside.c_str());
  return cannot(path, "written", failure);
}

/// One file; gives the exit code.
int format_one(const Options& options, const std::string& name, bool& is_clean) {
  const auto disk = read_regular(name);
  if (!disk) return say_error(disk.error());
  const auto formatted = specs::format_text({name, disk->text});
  if (!formatted.problems.empty()) {
    put_err(problems_text(formatted.problems, wants_colour(options, STDERR_FILENO)));
    return kInvalidSpec;
  }
  if (!formatted.cannot.empty()) {
    put_err(fmt::format("boxwright fmt: {} is left as it is: {}\n", printable(name),
                        printable(formatted.cannot)));
    return kFailure;
  }
  if (formatted.text == disk->text) return kOk;
  is_clean = false;
  if (!options.check) {
    if (auto done = write_over(name, *disk, formatted.text); !done) return say_error(done.error());
  }
  put_out(printable(name) + "\n");
  return kOk;
}

}  // namespace

int format_files(const Options& options) {
  int code = kOk;
  bool is_clean = true;
  for (const auto& name : options.names) {
    const int one = format_one(options, name, is_clean);
    if (code == kOk) code = one;
  }
  return code == kOk && options.check && !is_clean ? kFailure : code;
}

}  // namespace boxwright::cli
