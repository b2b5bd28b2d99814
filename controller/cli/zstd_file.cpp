#include "controller/cli/zstd_file.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "specs/base/digest_stream.h"
#include "specs/base/open_file.h"

namespace boxwright::cli {

namespace {

constexpr std::size_t kPiece = std::size_t{64} << 10U;

Error file_error(const std::filesystem::path& file, const char* doing) {
  const int why = errno;
  const auto code = why == EACCES || why == EPERM ? ErrorCode::Denied
                    : why == EEXIST               ? ErrorCode::Conflict
                    : why == ENOENT               ? ErrorCode::NotFound
                                                  : ErrorCode::Unavailable;
  return {code, RetryClass::Terminal,
          fmt::format("cannot {} {}: {}", doing, file.string(), std::strerror(why))};
}

Error library_error(archive* of, const std::filesystem::path& file, const char* doing) {
  const char* words = archive_error_string(of);
  return {ErrorCode::Corrupt, RetryClass::Terminal,
          fmt::format("cannot {} {}: {}", doing, file.string(),
                      words == nullptr ? "it is damaged" : words)};
}

}  // namespace

struct ZstdWriter::Parts {
  std::filesystem::path file;
  std::filesystem::path unfinished;
  OpenFile out;
  Sha256Stream hash;
  int write_error = 0;
  std::unique_ptr<archive, decltype(&archive_write_free)> pack{archive_write_new(),
                                                               archive_write_free};

  ~Parts() {
    pack.reset();
    if (unfinished.empty()) return;
    std::error_code ignored;
    std::filesystem::remove(unfinished, ignored);
  }

  static la_ssize_t take(archive* pack, void* user, const void* bytes, std::size_t size) {
    auto& parts = *static_cast<Parts*>(user);
    const std::string_view piece(static_cast<const char*>(bytes), size);
    if (!write_all(parts.out.fd(), piece)) {
      parts.write_error = errno;
      archive_set_error(pack, errno, "%s", std::strerror(errno));
      return -1;
    }
    parts.hash.add(piece);
    return static_cast<la_ssize_t>(size);
  }
  [[nodiscard]] Error failed() const {
    if (write_error == 0) return library_error(pack.get(), file, "write");
    errno = write_error;
    return file_error(file, "write");
  }
};

ZstdWriter::ZstdWriter(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {
}
ZstdWriter::~ZstdWriter() = default;

Result<std::unique_ptr<ZstdWriter>> ZstdWriter::create(const std::filesystem::path& file) {
  auto parts = std::make_unique<Parts>();
  parts->file = file;
  std::error_code ignored;
  if (std::filesystem::exists(file, ignored)) {
    return fail(ErrorCode::Conflict, RetryClass::Terminal,
                "{} exists, and no backup is written over another; name a new file", file.string());
  }
  auto unfinished = file;
  unfinished += ".unfinished";
  constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
  parts->out = OpenFile(::open(unfinished.c_str(), kFlags, S_IRUSR | S_IWUSR));
  if (!parts->out.is_open()) return tl::unexpected(file_error(unfinished, "make"));
  parts->unfinished = unfinished;
  auto* pack = parts->pack.get();
  archive_write_set_format_raw(pack);
  const bool ready =
      archive_write_add_filter_zstd(pack) == ARCHIVE_OK &&
      archive_write_set_bytes_per_block(pack, 0) == ARCHIVE_OK &&
      archive_write_open(pack, parts.get(), nullptr, Parts::take, nullptr) == ARCHIVE_OK;
  const std::unique_ptr<archive_entry, decltype(&archive_entry_free)> entry(archive_entry_new(),
                                                                            archive_entry_free);
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  if (!ready || archive_write_header(pack, entry.get()) != ARCHIVE_OK) {
    return tl::unexpected(library_error(pack, file, "write"));
  }
  return std::unique_ptr<ZstdWriter>(new ZstdWriter(std::move(parts)));
}

Status ZstdWriter::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = archive_write_data(parts_->pack.get(), bytes.data(), bytes.size());
    if (written <= 0) return tl::unexpected(parts_->failed());
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<std::string> ZstdWriter::finish() {
  if (archive_write_close(parts_->pack.get()) != ARCHIVE_OK) {
    return tl::unexpected(parts_->failed());
  }
  if (::fsync(parts_->out.fd()) != 0 || !parts_->out.close()) {
    return tl::unexpected(file_error(parts_->file, "write"));
  }
  // Not over a file that came into being meanwhile.
  if (::link(parts_->unfinished.c_str(), parts_->file.c_str()) != 0) {
    return tl::unexpected(file_error(parts_->file, "write"));
  }
  return parts_->hash.hex();
}

struct ZstdReader::Parts {
  std::filesystem::path file;
  OpenFile in;
  std::unique_ptr<archive, decltype(&archive_read_free)> unpack{archive_read_new(),
                                                                archive_read_free};
};

ZstdReader::ZstdReader(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {
}
ZstdReader::~ZstdReader() = default;

Result<std::unique_ptr<ZstdReader>> ZstdReader::open(const std::filesystem::path& file) {
  auto parts = std::make_unique<Parts>();
  parts->file = file;
  parts->in = OpenFile(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!parts->in.is_open()) return tl::unexpected(file_error(file, "read"));
  auto* unpack = parts->unpack.get();
  archive_read_support_filter_zstd(unpack);
  archive_read_support_format_raw(unpack);
  archive_entry* entry = nullptr;
  if (archive_read_open_fd(unpack, parts->in.fd(), kPiece) != ARCHIVE_OK ||
      archive_read_next_header(unpack, &entry) != ARCHIVE_OK) {
    return tl::unexpected(library_error(unpack, file, "read"));
  }
  return std::unique_ptr<ZstdReader>(new ZstdReader(std::move(parts)));
}

Result<std::string> ZstdReader::next() {
  std::string piece(kPiece, '\0');
  const auto got = archive_read_data(parts_->unpack.get(), piece.data(), piece.size());
  if (got < 0) return tl::unexpected(library_error(parts_->unpack.get(), parts_->file, "read"));
  piece.resize(static_cast<std::size_t>(got));
  return piece;
}

Result<std::string> file_digest(const std::filesystem::path& file) {
  const OpenFile in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!in.is_open()) return tl::unexpected(file_error(file, "read"));
  Sha256Stream hash;
  std::array<char, kPiece> piece{};
  while (true) {
    const auto got = ::read(in.fd(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return tl::unexpected(file_error(file, "read"));
    if (got == 0) return hash.hex();
    hash.add({piece.data(), static_cast<std::size_t>(got)});
  }
}

}  // namespace boxwright::cli
