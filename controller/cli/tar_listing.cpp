#include "controller/cli/tar_listing.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/core.h>
#include <locale.h>

#include <memory>
#include <optional>

#include "specs/base/digest_stream.h"

namespace boxwright::cli {

namespace {

using Reader = std::unique_ptr<archive, decltype(&archive_read_free)>;

/// Names in an archive are UTF-8, whatever this process's surroundings speak: the library gives no
/// name at all that it cannot tell in the thread's locale.
class Utf8Names {
 public:
  Utf8Names() : mine_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {
    if (mine_ != nullptr) before_ = ::uselocale(mine_);
  }
  ~Utf8Names() {
    if (mine_ == nullptr) return;
    ::uselocale(before_);
    ::freelocale(mine_);
  }
  Utf8Names(const Utf8Names&) = delete;
  Utf8Names& operator=(const Utf8Names&) = delete;

 private:
  locale_t mine_;
  locale_t before_ = nullptr;
};

struct Feed {
  const NextChunk& next;
  std::string chunk;
  std::optional<Error> problem;
};

la_ssize_t feed_bytes(archive* in, void* user, const void** bytes) {
  auto& feed = *static_cast<Feed*>(user);
  auto next = feed.next();
  if (!next) {
    feed.problem = next.error();
    archive_set_error(in, ARCHIVE_FATAL, "the archive broke off");
    return ARCHIVE_FATAL;
  }
  feed.chunk = std::move(*next);
  *bytes = feed.chunk.data();
  return static_cast<la_ssize_t>(feed.chunk.size());
}

tl::unexpected<Error> broken(archive* in, const Feed& feed) {
  if (feed.problem) return tl::unexpected(*feed.problem);
  const char* words = archive_error_string(in);
  return fail(ErrorCode::Corrupt, RetryClass::Terminal, "the archive cannot be read: {}",
              words == nullptr ? "it is cut short" : words);
}

std::string text_of(const char* text) {
  return text == nullptr ? std::string{} : std::string{text};
}

/// Where an entry lies: the volume's key, and the path below it. Empty key: the folder of volumes.
struct Place {
  std::string key;
  std::string path;
};

Result<Place> place_of(std::string name) {
  const std::string whole = name;
  while (name.starts_with("./"))
    name.erase(0, 2);
  while (name.ends_with('/'))
    name.pop_back();
  Place place;
  const std::string folder = kVolumesFolder;
  if (name == folder) return place;
  const bool escapes = ("/" + name + "/").find("/../") != std::string::npos;
  if (!name.starts_with(folder + "/") || escapes) {
    return fail(ErrorCode::Corrupt, RetryClass::Terminal,
                "the archive is none of `boxwright volume backup`: it holds `{}`", whole);
  }
  name.erase(0, folder.size() + 1);
  const auto slash = name.find('/');
  place.key = name.substr(0, slash);
  if (slash != std::string::npos) place.path = name.substr(slash + 1);
  return place;
}

Result<std::string> content_digest(archive* in, const Feed& feed) {
  Sha256Stream hash;
  while (true) {
    const void* bytes = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    const int got = archive_read_data_block(in, &bytes, &size, &offset);
    if (got == ARCHIVE_EOF) return hash.hex();
    if (got != ARCHIVE_OK) return broken(in, feed);
    hash.add({static_cast<const char*>(bytes), size});
  }
}

/// What must be equal on both sides. Names of users are those of the machine that read it: left
/// out.
Result<std::string> entry_digest(archive* in, archive_entry* entry, const Feed& feed) {
  const auto* hard = archive_entry_hardlink(entry);
  const bool is_file = hard == nullptr && archive_entry_filetype(entry) == AE_IFREG;
  std::string content;
  if (is_file) {
    BW_TRY_ASSIGN(content, content_digest(in, feed));
  }
  const std::string kind = hard != nullptr ? std::string{"hard link"}
                                           : fmt::format("{:o}", archive_entry_filetype(entry));
  std::string link = text_of(archive_entry_symlink(entry));
  if (hard != nullptr) {
    BW_TRY_ASSIGN(const auto target, place_of(hard));
    link = target.path;
  }
  Sha256Stream line;
  line.add(fmt::format("{}|{:o}|{}:{}|{}|{}|{}|", kind, archive_entry_perm(entry),
                       archive_entry_uid(entry), archive_entry_gid(entry),
                       is_file ? archive_entry_size(entry) : 0, archive_entry_mtime(entry),
                       archive_entry_rdev(entry)));
  line.add(link);
  line.add("|" + content);
  return line.hex();
}

Status add_entry(archive* in, archive_entry* entry, const Feed& feed, VolumeListings& listings) {
  BW_TRY_ASSIGN(const auto place, place_of(text_of(archive_entry_pathname(entry))));
  if (place.key.empty()) return {};
  BW_TRY_ASSIGN(auto digest, entry_digest(in, entry, feed));
  auto& listing = listings[place.key];
  listing.entries[place.path] = std::move(digest);
  if (archive_entry_filetype(entry) == AE_IFREG && archive_entry_hardlink(entry) == nullptr) {
    ++listing.files;
    listing.bytes.count += archive_entry_size(entry);
  }
  return {};
}

}  // namespace

std::string VolumeListing::digest() const {
  Sha256Stream hash;
  for (const auto& [path, line] : entries) {
    hash.add(path);
    hash.add(std::string_view("\0", 1));
    hash.add(line);
    hash.add("\n");
  }
  return hash.hex();
}

bool VolumeListing::is_empty() const {
  return entries.empty() || (entries.size() == 1 && entries.begin()->first.empty());
}

Result<VolumeListings> list_archive(const NextChunk& next_chunk) {
  const Utf8Names names;
  const Reader in(archive_read_new(), archive_read_free);
  archive_read_support_format_tar(in.get());
  Feed feed{next_chunk, {}, {}};
  if (archive_read_open(in.get(), &feed, nullptr, feed_bytes, nullptr) != ARCHIVE_OK) {
    return broken(in.get(), feed);
  }
  VolumeListings listings;
  while (true) {
    archive_entry* entry = nullptr;
    const int got = archive_read_next_header(in.get(), &entry);
    if (got == ARCHIVE_EOF) break;
    if (got != ARCHIVE_OK && got != ARCHIVE_WARN) return broken(in.get(), feed);
    BW_TRY(add_entry(in.get(), entry, feed, listings));
  }
  // What follows the archive's end is padding; whoever sends it waits until it is taken.
  while (true) {
    BW_TRY_ASSIGN(const auto rest, next_chunk());
    if (rest.empty()) return listings;
  }
}

}  // namespace boxwright::cli
