#include "specs/source/bounded_read.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "specs/base/open_file.h"

namespace boxwright::specs {
namespace {

tl::unexpected<Error> cannot_read(int why) {
  const bool denied = why == EACCES || why == EPERM;
  return fail(denied ? ErrorCode::Denied : ErrorCode::Unavailable, RetryClass::Transient,
              "the file cannot be read ({}); make it readable for the user that runs boxwright",
              std::generic_category().message(why));
}

tl::unexpected<Error> not_the_listed_one() {
  return fail(ErrorCode::Conflict, RetryClass::Transient, "the file changed while it was read");
}

}  // namespace

Result<std::string> read_listed(const std::filesystem::path& folder, const ListedFile& file,
                                std::size_t bytes_max) {
  // O_NONBLOCK: opening a FIFO would wait for a writer.
  const OpenFile handle(
      ::open((folder / file.path).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (handle.fd() < 0 && errno == ENOENT) return not_the_listed_one();
  if (handle.fd() < 0) return cannot_read(errno);
  struct stat found{};
  if (::fstat(handle.fd(), &found) != 0) return cannot_read(errno);
  if (!S_ISREG(found.st_mode) || found.st_ino != file.inode || found.st_dev != file.device) {
    return not_the_listed_one();
  }
  std::string text;
  std::array<char, 65536> part{};
  while (text.size() <= bytes_max) {
    const ssize_t count = ::read(handle.fd(), part.data(), part.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return cannot_read(errno);
    if (count == 0) break;
    text.append(part.data(), static_cast<std::size_t>(count));
  }
  if (text.size() > bytes_max + 1) text.resize(bytes_max + 1);
  return text;
}

}  // namespace boxwright::specs
