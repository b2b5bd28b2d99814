#include "state/file_place.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>

namespace boxwright::state {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
constexpr mode_t kFileMode = 0600;
constexpr mode_t kFolderMode = 0700;
/// What SQLite puts beside a database.
constexpr std::array kSideFiles{"-wal", "-shm", "-journal"};

std::string reason(int error) {
  return std::generic_category().message(error);
}

std::int64_t nanoseconds(const timespec& time) {
  return time.tv_sec * kNanosecondsPerSecond + time.tv_nsec;
}

fs::path beside(const fs::path& file, const char* suffix) {
  fs::path result = file;
  result += suffix;
  return result;
}

class FileHandle {
 public:
  FileHandle(const fs::path& file, int flags, mode_t mode = 0)
      : fd_(::open(file.c_str(), flags | O_CLOEXEC, mode)) {}
  FileHandle(const FileHandle&) = delete;
  FileHandle& operator=(const FileHandle&) = delete;
  ~FileHandle() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_;
};

/// `20261124T203101Z`: RFC 3339's basic form, which is a file name everywhere.
std::string basic_time(WallTime now) {
  std::string text = to_rfc3339(now);
  text.erase(std::find(text.begin(), text.end(), '.'), text.end());
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  if (!text.ends_with('Z')) text += 'Z';
  return text;
}

}  // namespace

Result<std::optional<FileStamp>> stamp_of(const fs::path& file) {
  struct stat entry{};
  if (::stat(file.c_str(), &entry) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return std::optional<FileStamp>{};
    return fail(ErrorCode::Unavailable, RetryClass::Transient,
                "{} cannot be looked at: {}; check the rights on the folders above it",
                file.string(), reason(errno));
  }
  FileStamp stamp;
  stamp.device = entry.st_dev;
  stamp.inode = entry.st_ino;
  stamp.size = entry.st_size;
  stamp.changed_ns = nanoseconds(entry.st_mtim);
  if (::stat(beside(file, "-wal").c_str(), &entry) == 0 && entry.st_size > 0) {
    stamp.log_size = entry.st_size;
    stamp.log_changed_ns = nanoseconds(entry.st_mtim);
  }
  return std::optional{stamp};
}

Status make_folder_for(const fs::path& file) {
  const fs::path folder = fs::absolute(file).parent_path();
  fs::path made;
  for (const auto& part : folder) {
    made /= part;
    if (::mkdir(made.c_str(), kFolderMode) == 0 || errno == EEXIST) continue;
    const int error = errno;
    struct stat entry{};
    if (::stat(made.c_str(), &entry) == 0 && S_ISDIR(entry.st_mode)) continue;
    return fail(ErrorCode::Unavailable, RetryClass::Transient,
                "folder {} for {} cannot be made: {}; make it, or name another file with --state",
                made.string(), file.string(), reason(error));
  }
  return {};
}

Result<bool> make_private_file(const fs::path& file) {
  const FileHandle handle(file, O_CREAT | O_EXCL | O_RDWR, kFileMode);
  if (handle.fd() >= 0) return true;
  if (errno == EEXIST) return false;
  return fail(ErrorCode::Unavailable, RetryClass::Transient,
              "{} cannot be made: {}; check the folder's rights and free space, or name another "
              "file with --state",
              file.string(), reason(errno));
}

Result<fs::path> set_file_aside(const fs::path& file, WallTime now) {
  const std::string base = file.string() + ".corrupt-" + basic_time(now);
  fs::path aside = base;
  for (int n = 2; fs::exists(fs::symlink_status(aside)); ++n) {
    aside = base + "-" + std::to_string(n);
  }
  // Side files first: should the process end in between, the main file still shows its damage.
  for (const char* suffix : kSideFiles) {
    std::error_code ignored_absence;
    fs::rename(beside(file, suffix), beside(aside, suffix), ignored_absence);
  }
  std::error_code failure;
  fs::rename(file, aside, failure);
  if (failure) {
    return fail(ErrorCode::Unavailable, RetryClass::Transient,
                "{} is corrupt and cannot be renamed to {}: {}; move it away by hand",
                file.string(), aside.string(), failure.message());
  }
  return aside;
}

Status rename_to_free_name(const fs::path& from, const fs::path& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return {};
  int error = errno;
  // Some file systems do not know the flag; a hard link refuses a taken name just as well.
  if ((error == EINVAL || error == ENOSYS) && ::link(from.c_str(), to.c_str()) == 0) {
    ::unlink(from.c_str());
    return {};
  }
  error = errno;
  if (error == EEXIST) {
    return fail(ErrorCode::Conflict, RetryClass::Terminal,
                "{} exists already and is not overwritten; name another file", to.string());
  }
  return fail(ErrorCode::Unavailable, RetryClass::Transient, "{} cannot be renamed to {}: {}",
              from.string(), to.string(), reason(error));
}

Status flush_file(const fs::path& file) {
  const FileHandle handle(file, O_RDONLY);
  const FileHandle folder(fs::absolute(file).parent_path(), O_RDONLY | O_DIRECTORY);
  if (handle.fd() >= 0 && folder.fd() >= 0 && ::fsync(handle.fd()) == 0 &&
      ::fsync(folder.fd()) == 0) {
    return {};
  }
  return fail(ErrorCode::Unavailable, RetryClass::Transient,
              "{} cannot be made durable: {}; check the disk and its free space", file.string(),
              reason(errno));
}

}  // namespace boxwright::state
