#pragma once
// An open file descriptor with one owner, and who may reach what is behind it.

#include <sys/stat.h>
#include <unistd.h>

#include <string_view>
#include <utility>

namespace boxwright {

/// Closes on destruction. Move-only.
class OpenFile {
 public:
  OpenFile() = default;
  explicit OpenFile(int fd) : fd_(fd) {}
  OpenFile(OpenFile&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  OpenFile& operator=(OpenFile&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (fd_ >= 0) ::close(fd_);
  }

  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }
  /// False: the system could not close it, and what was written may be lost; `errno` says why.
  [[nodiscard]] bool close() {
    const int fd = std::exchange(fd_, -1);
    return fd < 0 || ::close(fd) == 0;
  }

 private:
  int fd_ = -1;
};

/// All of it, or false with `errno`. Not through a stream: a signal or a full pipe must not lose a
/// part.
[[nodiscard]] bool write_all(int fd, std::string_view text);

/// Whether group or others have any right to it.
inline bool is_open_to_others(const struct stat& info) {
  return (info.st_mode & (S_IRWXG | S_IRWXO)) != 0;
}

/// Whether it belongs to somebody who is neither us nor root.
inline bool belongs_to_a_stranger(const struct stat& info) {
  return info.st_uid != 0 && info.st_uid != ::geteuid();
}

}  // namespace boxwright
