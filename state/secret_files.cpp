#include "state/secret_files.h"

#include <fcntl.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <system_error>

#include "specs/base/error.h"
#include "specs/base/open_file.h"

namespace boxwright::state {
namespace {

/// Why one thing cannot be used: a clause that ends with what to do.
template <class T>
using OrReason = tl::expected<T, std::string>;

template <class... Args>
tl::unexpected<std::string> because(fmt::format_string<Args...> text, Args&&... args) {
  return tl::unexpected<std::string>(fmt::format(text, std::forward<Args>(args)...));
}

std::string errno_text(int number) {
  return std::generic_category().message(number);
}

/// Cleared on the way out, whatever the way.
class ScratchBytes {
 public:
  explicit ScratchBytes(std::size_t size) : bytes_(size, '\0') {}
  ScratchBytes(const ScratchBytes&) = delete;
  ScratchBytes& operator=(const ScratchBytes&) = delete;
  ~ScratchBytes() { ::explicit_bzero(bytes_.data(), bytes_.size()); }

  [[nodiscard]] char* data() { return bytes_.data(); }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] std::string_view first(std::size_t count) const {
    return std::string_view(bytes_).substr(0, count);
  }

 private:
  std::string bytes_;
};

bool is_file_name(const std::string& name) {
  return !name.empty() && name.front() != '.' &&
         std::ranges::all_of(name, [](unsigned char c) { return c > ' ' && c < 0x7f && c != '/'; });
}

/// Length of the UTF-8 character at the front (RFC 3629); 0 if there is none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead < 0xc2   ? 0U
                             : lead < 0xe0 ? 2U
                             : lead < 0xf0 ? 3U
                             : lead < 0xf5 ? 4U
                                           : 0U;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  const bool overlong = (lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xf0 && byte(1) < 0x90);
  const bool surrogate = lead == 0xed && byte(1) >= 0xa0;
  const bool beyond = lead == 0xf4 && byte(1) >= 0x90;
  return overlong || surrogate || beyond ? 0 : length;
}

/// The engine takes variables as JSON strings, and the kernel ends them at a NUL.
bool can_be_a_variable(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0 || text.front() == '\0') return false;
    text.remove_prefix(length);
  }
  return true;
}

OrReason<OpenFile> open_directory(const std::string& path) {
  if (path.empty()) {
    return because("the source's settings name no secrets directory; set spec.secretsDir");
  }
  OpenFile directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.is_open()) {
    const int error = errno;
    if (error == ENOENT) return because("{} does not exist; make it with mode 0700", path);
    return because(
        "{} cannot be opened ({}); it must be a directory of mode 0700 that belongs to us", path,
        errno_text(error));
  }
  struct stat info{};
  if (::fstat(directory.fd(), &info) != 0) {
    return because("{} cannot be examined ({})", path, errno_text(errno));
  }
  if (belongs_to_a_stranger(info)) {
    return because(
        "{} belongs to user {}; it must belong to root or to the user that runs boxwright", path,
        info.st_uid);
  }
  if (is_open_to_others(info)) {
    return because("{0} is open to other users (mode {1:04o}); run: chmod 0700 {0}", path,
                   info.st_mode & 07777U);
  }
  return directory;
}

OrReason<OpenFile> open_secret(const OpenFile& directory, const std::string& name,
                               const std::string& path) {
  // Non-blocking: opening a named pipe would otherwise wait for a writer.
  OpenFile file(
      ::openat(directory.fd(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file.is_open()) {
    const int error = errno;
    if (error == ENOENT) return because("{} does not exist; write the value to it", path);
    if (error == ELOOP) return because("{} is a link; put the file itself there", path);
    return because("{} cannot be opened ({}); make it readable for the user that runs boxwright",
                   path, errno_text(error));
  }
  struct stat info{};
  if (::fstat(file.fd(), &info) != 0) {
    return because("{} cannot be examined ({})", path, errno_text(errno));
  }
  if (!S_ISREG(info.st_mode)) {
    return because("{} is not a regular file; put a file with the value there", path);
  }
  return file;
}

OrReason<Secret> read_secret(const OpenFile& directory, const std::string& name,
                             const std::string& path) {
  BW_TRY_ASSIGN(const OpenFile file, open_secret(directory, name, path));
  ScratchBytes bytes(kSecretBytesMax + 2);  // a newline and one byte too many
  std::size_t count = 0;
  while (count < bytes.size()) {
    const ssize_t got = ::read(file.fd(), bytes.data() + count, bytes.size() - count);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return because("{} cannot be read ({})", path, errno_text(errno));
    if (got == 0) break;
    count += static_cast<std::size_t>(got);
  }
  std::string_view value = bytes.first(count);
  if (value.ends_with('\n')) value.remove_suffix(1);
  if (value.empty()) return because("{} is empty; write the value to it", path);
  if (value.size() > kSecretBytesMax) {
    return because("{} is larger than 64 KiB; a variable cannot hold it", path);
  }
  if (!can_be_a_variable(value)) {
    return because("{} is not UTF-8 text without NUL bytes; a variable cannot hold it", path);
  }
  return Secret(std::string(value));
}

}  // namespace

ResolvedSecrets resolve_secrets(const std::map<std::string, specs::SecretRef>& secrets,
                                const std::string& secrets_dir) {
  ResolvedSecrets resolved;
  if (secrets.empty()) return resolved;

  const auto directory = open_directory(secrets_dir);
  std::map<std::string, std::string> reasons;  // by secret: one sentence for many variables
  for (const auto& [variable, ref] : secrets) {
    if (!directory) {
      reasons.emplace(ref.from, directory.error());
      continue;
    }
    if (!is_file_name(ref.from)) {
      reasons.emplace(ref.from, "a secret's name must be a plain file name; rename it");
      continue;
    }
    auto value = read_secret(*directory, ref.from, secrets_dir + "/" + ref.from);
    if (value) {
      resolved.values.emplace(variable, std::move(*value));
    } else {
      reasons.emplace(ref.from, std::move(value).error());
    }
  }

  std::vector<std::string> clauses;
  for (const auto& [name, reason] : reasons) {
    resolved.missing.push_back(name);
    if (directory) clauses.push_back(fmt::format("secret {}: {}", name, reason));
  }
  if (!directory) {
    clauses.push_back(
        fmt::format("secret {}: {}", fmt::join(resolved.missing, ", "), directory.error()));
  }
  resolved.message = fmt::format("{}", fmt::join(clauses, "; "));
  return resolved;
}

}  // namespace boxwright::state
