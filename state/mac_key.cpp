#include "state/mac_key.h"

#include <fcntl.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>
#include <system_error>

#include "specs/base/open_file.h"

namespace boxwright::state {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kKeyIdDigits = 8;

/// Cleared on destruction. One byte more than a key, so that a longer file shows.
struct KeyBytes {
  std::array<char, kKeyBytes + 1> bytes{};
  KeyBytes() = default;
  KeyBytes(const KeyBytes&) = delete;
  KeyBytes& operator=(const KeyBytes&) = delete;
  ~KeyBytes() { ::explicit_bzero(bytes.data(), bytes.size()); }
};

tl::unexpected<Error> io_failure(const char* doing, const std::filesystem::path& file, int number) {
  return fail(ErrorCode::Unavailable, RetryClass::Transient,
              "cannot {} the key file {}: {}; see to the folder's rights and free space", doing,
              file.string(), std::generic_category().message(number));
}

Status check_rights(const OpenFile& opened, const std::filesystem::path& file) {
  struct stat info{};
  if (::fstat(opened.fd(), &info) != 0) return io_failure("examine", file, errno);
  if (!S_ISREG(info.st_mode)) {
    return fail(ErrorCode::Denied, RetryClass::Terminal,
                "the key file {} is not a regular file; move it away, a new key is then made",
                file.string());
  }
  if (belongs_to_a_stranger(info)) {
    return fail(
        ErrorCode::Denied, RetryClass::Terminal,
        "the key file {} belongs to user {}; it must belong to root or to the user that runs "
        "boxwright",
        file.string(), info.st_uid);
  }
  if (is_open_to_others(info)) {
    return fail(ErrorCode::Denied, RetryClass::Terminal,
                "the key file {0} is open to other users (mode {1:04o}); run: chmod 0600 {0}",
                file.string(), info.st_mode & 07777U);
  }
  return {};
}

Result<MacKey> read_key(const OpenFile& opened, const std::filesystem::path& file) {
  KeyBytes buffer;
  std::size_t count = 0;
  while (count < buffer.bytes.size()) {
    const ssize_t got =
        ::read(opened.fd(), buffer.bytes.data() + count, buffer.bytes.size() - count);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return io_failure("read", file, errno);
    if (got == 0) break;
    count += static_cast<std::size_t>(got);
  }
  if (count != kKeyBytes) {
    return fail(
        ErrorCode::Corrupt, RetryClass::Terminal,
        "the key file {} does not hold {} bytes; restore it from a backup, or move it away: a "
        "new key is then made and secrets are compared by value once",
        file.string(), kKeyBytes);
  }
  const std::string_view key(buffer.bytes.data(), kKeyBytes);
  return MacKey{sha256_hex(key).substr(0, kKeyIdDigits), Secret(std::string(key))};
}

Status write_key(const OpenFile& opened, const std::filesystem::path& file, Random& random) {
  KeyBytes buffer;
  for (std::size_t i = 0; i < kKeyBytes; i += sizeof(std::uint64_t)) {
    const std::uint64_t bits = random.next();
    std::memcpy(buffer.bytes.data() + i, &bits, sizeof bits);
  }
  for (std::size_t count = 0; count < kKeyBytes;) {
    const ssize_t put = ::write(opened.fd(), buffer.bytes.data() + count, kKeyBytes - count);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return io_failure("write", file, errno);
    count += static_cast<std::size_t>(put);
  }
  if (::fsync(opened.fd()) != 0) return io_failure("write", file, errno);
  return {};
}

/// Removes the draft under its temporary name, whatever became of it.
class Draft {
 public:
  explicit Draft(std::filesystem::path path) : path_(std::move(path)) {}
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  ~Draft() { ::unlink(path_.c_str()); }
  [[nodiscard]] const char* c_str() const { return path_.c_str(); }

 private:
  std::filesystem::path path_;
};

/// Writes a whole key beside `file`, then gives it its name in one step, unless the name is taken.
Status create_key(const std::filesystem::path& file, Random& random) {
  const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
  std::filesystem::path draft_path = file;
  draft_path += "." + random_hex(random) + ".new";
  OpenFile opened(
      ::open(draft_path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!opened.is_open()) return io_failure("make", file, errno);
  const Draft draft(draft_path);
  BW_TRY(write_key(opened, file, random));
  if (::link(draft.c_str(), file.c_str()) != 0 && errno != EEXIST) {
    return io_failure("make", file, errno);
  }
  const OpenFile directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.is_open() || ::fsync(directory.fd()) != 0) return io_failure("make", file, errno);
  return {};
}

}  // namespace

std::filesystem::path mac_key_path(const std::filesystem::path& state_file) {
  return state_file.parent_path() / kMacKeyFile;
}

Result<std::optional<MacKey>> read_mac_key(const std::filesystem::path& file) {
  const OpenFile opened(::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!opened.is_open()) {
    const int error = errno;
    if (error == ENOENT) return std::nullopt;
    if (error == ELOOP) {
      return fail(ErrorCode::Denied, RetryClass::Terminal,
                  "the key file {} is a link; put the file itself there", file.string());
    }
    if (error == EACCES) {
      return fail(ErrorCode::Denied, RetryClass::Terminal,
                  "the key file {} may not be read by this user; run boxwright as its owner",
                  file.string());
    }
    return io_failure("open", file, error);
  }
  BW_TRY(check_rights(opened, file));
  BW_TRY_ASSIGN(MacKey key, read_key(opened, file));
  return key;
}

Result<MacKey> load_or_create_mac_key(const std::filesystem::path& file, Random& random) {
  BW_TRY_ASSIGN(std::optional<MacKey> key, read_mac_key(file));
  if (key) return std::move(*key);
  BW_TRY(create_key(file, random));
  BW_TRY_ASSIGN(key, read_mac_key(file));
  if (key) return std::move(*key);
  return fail(ErrorCode::Unavailable, RetryClass::Transient,
              "the key file {} vanished just after it was made", file.string());
}

}  // namespace boxwright::state
