#include "controller/layers/archive_reader.h"

#include <archive.h>
#include <archive_entry.h>

#include <memory>

#include "specs/base/digest_stream.h"

namespace boxwright::layers {

namespace {

using Reader = std::unique_ptr<archive, decltype(&archive_read_free)>;

/// Hands the file's pieces to the library.
struct Feed {
  engine::ArchiveChunks next;
  std::string piece;
  std::optional<Error> failure;

  static la_ssize_t read(archive* /*in*/, void* user, const void** data) {
    auto& self = *static_cast<Feed*>(user);
    auto next = self.next();
    if (!next) {
      self.failure = next.error();
      return -1;
    }
    self.piece = std::move(*next);
    *data = self.piece.data();
    return static_cast<la_ssize_t>(self.piece.size());
  }
};

tl::unexpected<Error> broken(const Feed& feed, const LayerNote& note) {
  if (feed.failure) return tl::unexpected(*feed.failure);
  return fail(ErrorCode::Corrupt, RetryClass::Terminal,
              "the saved layer {} of box {} cannot be read: its file is damaged", note.name,
              note.box.str());
}

std::string kind_of(archive_entry& entry) {
  if (archive_entry_hardlink(&entry) != nullptr) return "link";
  switch (archive_entry_filetype(&entry)) {
    case AE_IFREG: return "file";
    case AE_IFDIR: return "folder";
    case AE_IFLNK: return "link";
    default: return "other";
  }
}

}  // namespace

Status read_entries(const LayerFiles& files, const LayerNote& note,
                    const std::function<Status(archive& in, archive_entry&)>& see) {
  Feed feed;
  BW_TRY_ASSIGN(feed.next, files.open(note));
  const Reader in(archive_read_new(), archive_read_free);
  archive_read_support_filter_zstd(in.get());
  archive_read_support_format_tar(in.get());
  if (archive_read_open(in.get(), &feed, nullptr, Feed::read, nullptr) != ARCHIVE_OK) {
    return broken(feed, note);
  }
  archive_entry* entry = nullptr;
  int got = ARCHIVE_OK;
  while ((got = archive_read_next_header(in.get(), &entry)) >= ARCHIVE_WARN && got != ARCHIVE_EOF)
    BW_TRY(see(*in, *entry));
  return got == ARCHIVE_EOF ? Status{} : broken(feed, note);
}

Result<std::vector<LayerEntry>> list_entries(const LayerFiles& files, const LayerNote& note) {
  std::vector<LayerEntry> entries;
  if (!note.archive) return entries;
  BW_TRY(read_entries(files, note, [&](archive&, archive_entry& entry) -> Status {
    LayerEntry one;
    one.path = std::string("/") + archive_entry_pathname(&entry);
    while (one.path.size() > 1 && one.path.ends_with('/'))
      one.path.pop_back();
    one.kind = kind_of(entry);
    one.size = Bytes{archive_entry_size(&entry)};
    one.mode = static_cast<int>(archive_entry_perm(&entry));
    one.uid = archive_entry_uid(&entry);
    one.gid = archive_entry_gid(&entry);
    one.modified_at = WallTime{std::chrono::seconds{archive_entry_mtime(&entry)}};
    entries.push_back(std::move(one));
    return {};
  }));
  return entries;
}

Status check_digest(const LayerFiles& files, const LayerNote& note) {
  if (!note.archive) return {};
  BW_TRY_ASSIGN(const auto next, files.open(note));
  Sha256Stream digest;
  while (true) {
    BW_TRY_ASSIGN(const std::string piece, next());
    if (piece.empty()) break;
    digest.add(piece);
  }
  if (digest.hex() == note.archive->sha256) return {};
  return fail(ErrorCode::Corrupt, RetryClass::Terminal,
              "the saved layer {} of box {} is not what was written: its file was changed or is "
              "damaged; nothing was restored",
              note.name, note.box.str());
}

Result<engine::ArchiveChunks> unpacked(const LayerFiles& files, const LayerNote& note) {
  /// Both live as long as the function that pulls.
  struct Pulling {
    Feed feed;
    Reader in{archive_read_new(), archive_read_free};
  };
  auto pulling = std::make_shared<Pulling>();
  BW_TRY_ASSIGN(pulling->feed.next, files.open(note));
  auto* in = pulling->in.get();
  archive_entry* entry = nullptr;
  archive_read_support_filter_zstd(in);
  archive_read_support_format_raw(in);
  if (archive_read_open(in, &pulling->feed, nullptr, Feed::read, nullptr) != ARCHIVE_OK ||
      archive_read_next_header(in, &entry) != ARCHIVE_OK) {
    return broken(pulling->feed, note);
  }
  return engine::ArchiveChunks([pulling, note]() -> Result<std::string> {
    std::string piece(std::size_t{64} << 10U, '\0');
    const auto got = archive_read_data(pulling->in.get(), piece.data(), piece.size());
    if (got < 0) return broken(pulling->feed, note);
    piece.resize(static_cast<std::size_t>(got));
    return piece;
  });
}

}  // namespace boxwright::layers
