#include "controller/layers/tar_splitter.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <memory>
#include <optional>

namespace boxwright::layers {

namespace {

constexpr std::size_t kBlock = 512;
constexpr std::size_t kSizeAt = 124;
constexpr std::size_t kSizeLength = 12;
constexpr std::size_t kTypeAt = 156;
/// Extensions hold names and attributes.
constexpr std::size_t kLongestHeader = std::size_t{1} << 20U;

tl::unexpected<Error> no_tar() {
  return fail(ErrorCode::Corrupt, RetryClass::Transient, "what the engine sends is no tar archive");
}

std::uint64_t padding_of(std::uint64_t size) {
  return (kBlock - size % kBlock) % kBlock;
}

bool is_extension(std::string_view block) {
  constexpr std::string_view kExtensions = "xgLKXV";
  return kExtensions.find(block[kTypeAt]) != std::string_view::npos;
}

/// The size that a header block names: in octal, or in base 256 where the first bit is set.
/// nullopt: neither.
std::optional<std::uint64_t> size_of(std::string_view block) {
  const std::string_view field = block.substr(kSizeAt, kSizeLength);
  std::uint64_t size = 0;
  if ((static_cast<unsigned char>(field[0]) & 0x80U) != 0) {
    for (const char c : field.substr(kSizeLength - 8))
      size = size * 256 + static_cast<unsigned char>(c);
    return size;
  }
  for (const char c : field) {
    if (c == '\0' || c == ' ') continue;
    if (c < '0' || c > '7') return std::nullopt;
    size = size * 8 + static_cast<std::uint64_t>(c - '0');
  }
  return size;
}

bool is_end(std::string_view block) {
  return std::all_of(block.begin(), block.end(), [](char c) { return c == '\0'; });
}

}  // namespace

Status TarSplitter::feed(std::string_view bytes) {
  while (!bytes.empty() && !ended_) {
    if (data_ > 0) {
      const auto piece =
          bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(data_, bytes.size())));
      BW_TRY(on_data_(piece));
      data_ -= piece.size();
      bytes.remove_prefix(piece.size());
      continue;
    }
    if (padding_ > 0) {
      const auto skipped = std::min<std::uint64_t>(padding_, bytes.size());
      padding_ -= skipped;
      bytes.remove_prefix(static_cast<std::size_t>(skipped));
      continue;
    }
    const auto wanted =
        extension_ > 0
            ? static_cast<std::size_t>(std::min<std::uint64_t>(extension_, kLongestHeader))
            : kBlock - block_;
    const auto piece = bytes.substr(0, wanted);
    if (header_.size() + piece.size() > kLongestHeader) return no_tar();
    header_ += piece;
    bytes.remove_prefix(piece.size());
    if (extension_ > 0) {
      extension_ -= piece.size();
      continue;
    }
    block_ += piece.size();
    if (block_ == kBlock) BW_TRY(take_block());
  }
  return {};
}

Status TarSplitter::take_block() {
  block_ = 0;
  const auto block = std::string_view(header_).substr(header_.size() - kBlock);
  if (is_end(block)) {
    if (header_.size() > kBlock) return no_tar();
    ended_ = true;
    return {};
  }
  if (!is_extension(block)) return take_header();
  const auto size = size_of(block);
  if (!size || *size > kLongestHeader) return no_tar();
  extension_ = *size + padding_of(*size);
  return {};
}

Status TarSplitter::take_header() {
  const std::unique_ptr<archive, decltype(&archive_read_free)> in(archive_read_new(),
                                                                  archive_read_free);
  archive_entry* entry = nullptr;
  // A warning is about names that are no characters here; as bytes they are whole.
  if (archive_read_support_format_tar(in.get()) != ARCHIVE_OK ||
      archive_read_open_memory(in.get(), header_.data(), header_.size()) != ARCHIVE_OK ||
      archive_read_next_header(in.get(), &entry) < ARCHIVE_WARN || entry == nullptr) {
    return no_tar();
  }
  const auto size =
      archive_entry_filetype(entry) == AE_IFREG && archive_entry_hardlink(entry) == nullptr
          ? archive_entry_size(entry)
          : 0;
  if (size < 0 || archive_entry_pathname(entry) == nullptr) return no_tar();
  BW_TRY(on_entry_(*entry));
  header_.clear();
  data_ = static_cast<std::uint64_t>(size);
  padding_ = padding_of(data_);
  return {};
}

Status TarSplitter::finish() const {
  if (ended_) return {};
  return fail(ErrorCode::Unavailable, RetryClass::Transient,
              "what the engine sends broke off inside an archive");
}

}  // namespace boxwright::layers
