#include "controller/layers/layer_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <mutex>
#include <system_error>
#include <utility>

#include "specs/base/open_file.h"

namespace boxwright::layers {

namespace {

namespace fs = std::filesystem;

constexpr const char* kArchiveEnding = ".tar.zst";
constexpr const char* kNoteEnding = ".json";
/// Of what is not whole yet.
constexpr const char* kPartEnding = ".part";
constexpr std::size_t kLongestNote = std::size_t{64} << 20U;

/// No retry mends it, a person does.
tl::unexpected<Error> io_failure(const char* doing, const fs::path& file, int number) {
  return fail(ErrorCode::Unavailable, RetryClass::Terminal, "cannot {} {}: {}", doing,
              file.string(), std::generic_category().message(number));
}

/// What comes from labels is no path.
bool is_plain(const std::string& name) {
  return !name.empty() && name.size() <= 128 && name.front() != '.' &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
         });
}

Status check_plain(const std::string& name) {
  if (is_plain(name)) return {};
  return fail(ErrorCode::Internal, RetryClass::Terminal, "a layer cannot be named like this");
}

Status make_folder(const fs::path& folder) {
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    return io_failure("make", folder, errno);
  return {};
}

Status sync_folder(const fs::path& folder) {
  const OpenFile opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.is_open() || ::fsync(opened.fd()) != 0) return io_failure("write", folder, errno);
  return {};
}

/// The databases beside the layers must be able to go on.
Status check_room(int fd, const fs::path& file) {
  constexpr std::uint64_t kReserve = std::uint64_t{256} << 20U;
  constexpr std::uint64_t kReserveParts = 50;  // 2 %
  struct statvfs space{};
  if (::fstatvfs(fd, &space) != 0) return {};
  const std::uint64_t free = std::uint64_t{space.f_bavail} * space.f_frsize;
  const std::uint64_t all = std::uint64_t{space.f_blocks} * space.f_frsize;
  if (free >= std::min(kReserve, all / kReserveParts)) return {};
  return io_failure("write", file, ENOSPC);
}

/// Written under another name, and given its own when it is whole.
class FileSink final : public LayerSink {
 public:
  FileSink(fs::path file, OpenFile opened) : file_(std::move(file)), opened_(std::move(opened)) {}
  ~FileSink() override {
    if (!kept_) ::unlink(part().c_str());
  }
  FileSink(const FileSink&) = delete;
  FileSink& operator=(const FileSink&) = delete;

  [[nodiscard]] static fs::path part_of(const fs::path& file) {
    return file.string() + kPartEnding;
  }

  Status write(std::string_view bytes) override {
    constexpr std::size_t kLookEvery = std::size_t{16} << 20U;
    unchecked_ += bytes.size();
    if (unchecked_ >= kLookEvery) {
      unchecked_ = 0;
      BW_TRY(check_room(opened_.fd(), file_));
    }
    if (!write_all(opened_.fd(), bytes)) return io_failure("write", file_, errno);
    return {};
  }

  Status keep() override {
    if (::fsync(opened_.fd()) != 0 || !opened_.close()) return io_failure("write", file_, errno);
    if (::rename(part().c_str(), file_.c_str()) != 0) return io_failure("name", file_, errno);
    kept_ = true;
    return sync_folder(file_.parent_path());
  }

 private:
  [[nodiscard]] fs::path part() const { return part_of(file_); }

  fs::path file_;
  OpenFile opened_;
  std::size_t unchecked_ = std::size_t{16} << 20U;  ///< The first write looks.
  bool kept_ = false;
};

Result<std::unique_ptr<FileSink>> begin_file(const fs::path& file) {
  const auto part = FileSink::part_of(file);
  // What a killed process left behind is nobody's.
  if (::unlink(part.c_str()) != 0 && errno != ENOENT) return io_failure("remove", part, errno);
  OpenFile opened(::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!opened.is_open()) return io_failure("make", part, errno);
  return std::make_unique<FileSink>(file, std::move(opened));
}

Result<std::string> read_piece(const OpenFile& opened, const fs::path& file) {
  std::string piece(std::size_t{256} << 10U, '\0');
  while (true) {
    const ssize_t got = ::read(opened.fd(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return io_failure("read", file, errno);
    piece.resize(static_cast<std::size_t>(got));
    return piece;
  }
}

Result<OpenFile> open_file(const fs::path& file) {
  OpenFile opened(::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (opened.is_open()) return opened;
  if (errno == ENOENT) {
    return fail(ErrorCode::NotFound, RetryClass::Terminal, "there is no {}", file.string());
  }
  if (errno == EACCES) {
    return fail(ErrorCode::Denied, RetryClass::Terminal,
                "{} may not be read by this user; run boxwright as its owner", file.string());
  }
  return io_failure("open", file, errno);
}

Result<std::string> read_text(const fs::path& file) {
  BW_TRY_ASSIGN(const OpenFile opened, open_file(file));
  std::string text;
  while (true) {
    BW_TRY_ASSIGN(const std::string piece, read_piece(opened, file));
    if (piece.empty()) return text;
    text += piece;
    if (text.size() > kLongestNote) return io_failure("read", file, EFBIG);
  }
}

/// Sorted by name.
Result<std::vector<fs::path>> entries_of(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
    found.push_back(it->path());
  if (error == std::errc::no_such_file_or_directory) return found;
  if (error == std::errc::permission_denied) {
    return fail(ErrorCode::Denied, RetryClass::Terminal,
                "{} may not be read by this user; run boxwright as its owner", folder.string());
  }
  if (error) return io_failure("list", folder, error.value());
  std::sort(found.begin(), found.end());
  return found;
}

bool is_folder(const fs::path& path) {
  struct stat info{};
  return ::lstat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

/// Named like a UID of ours. Whatever else lies there is somebody's, and nothing in it is a stray.
bool is_box_folder(const fs::path& path) {
  constexpr std::size_t kUidLength = 16;
  const auto name = path.filename().string();
  return name.size() == kUidLength &&
         std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return std::isxdigit(c) != 0; }) &&
         is_folder(path);
}

class LayerFolder final : public LayerFiles {
 public:
  explicit LayerFolder(fs::path root) : root_(std::move(root)) {}

  Result<std::vector<LayerNote>> notes(const BoxUid& uid) const override {
    std::vector<LayerNote> notes;
    if (!uid.empty()) {
      BW_TRY(check_plain(uid.str()));
      BW_TRY(add_notes(root_ / uid.str(), notes));
    } else {
      BW_TRY_ASSIGN(const auto boxes, entries_of(root_));
      for (const auto& folder : boxes) {
        if (is_plain(folder.filename().string()) && is_folder(folder))
          BW_TRY(add_notes(folder, notes));
      }
    }
    std::stable_sort(notes.begin(), notes.end(),
                     [](const auto& a, const auto& b) { return a.saved_at < b.saved_at; });
    return notes;
  }

  Result<std::unique_ptr<LayerSink>> begin(const BoxUid& uid, const std::string& name) override {
    BW_TRY_ASSIGN(auto sink, begin_in(uid, name, kArchiveEnding));
    return std::unique_ptr<LayerSink>(std::move(sink));
  }

  Status put_note(const LayerNote& note) override {
    BW_TRY_ASSIGN(auto sink, begin_in(note.uid, note.name, kNoteEnding));
    BW_TRY(sink->write(note_json(note)));
    return sink->keep();
  }

  Result<engine::ArchiveChunks> open(const LayerNote& note) const override {
    BW_TRY_ASSIGN(const auto file, file_of(note, kArchiveEnding));
    BW_TRY_ASSIGN(OpenFile opened, open_file(file));
    // A function must be copyable, a file is not.
    auto shared = std::make_shared<OpenFile>(std::move(opened));
    return engine::ArchiveChunks([shared, file] { return read_piece(*shared, file); });
  }

  Status remove(const LayerNote& note) override {
    for (const char* ending : {kNoteEnding, kArchiveEnding}) {
      BW_TRY_ASSIGN(const auto file, file_of(note, ending));
      if (::unlink(file.c_str()) != 0 && errno != ENOENT) return io_failure("remove", file, errno);
    }
    remove_if_empty(root_ / note.uid.str());
    return {};
  }

  Status remove_strays(WallTime before) override {
    BW_TRY_ASSIGN(const auto boxes, entries_of(root_));
    Status trouble;
    for (const auto& folder : boxes) {
      if (!is_box_folder(folder)) continue;
      BW_TRY_ASSIGN(const auto files, entries_of(folder));
      for (const auto& file : files) {
        const bool is_noted = file.extension() == kNoteEnding ||
                              std::find(files.begin(), files.end(), note_of(file)) != files.end();
        if (is_noted || !is_older(file, before)) continue;
        if (::unlink(file.c_str()) != 0 && trouble) trouble = io_failure("remove", file, errno);
      }
      remove_if_empty(folder);
    }
    return trouble;
  }

 private:
  static fs::path note_of(const fs::path& file) {
    const auto name = file.filename().string();
    return file.parent_path() / (name.substr(0, name.find('.')) + kNoteEnding);
  }
  static bool is_older(const fs::path& file, WallTime before) {
    struct stat info{};
    return ::lstat(file.c_str(), &info) == 0 && S_ISREG(info.st_mode) &&
           WallTime{std::chrono::seconds{info.st_mtim.tv_sec}} < before;
  }
  [[nodiscard]] Result<fs::path> file_of(const LayerNote& note, const char* ending) const {
    BW_TRY(check_plain(note.uid.str()));
    BW_TRY(check_plain(note.name));
    return root_ / note.uid.str() / (note.name + ending);
  }
  [[nodiscard]] Result<std::unique_ptr<FileSink>> begin_in(const BoxUid& uid,
                                                           const std::string& name,
                                                           const char* ending) const {
    BW_TRY(check_plain(uid.str()));
    BW_TRY(check_plain(name));
    BW_TRY(make_folder(root_));
    const auto folder = root_ / uid.str();
    const std::lock_guard lock(folders_);
    BW_TRY(make_folder(folder));
    return begin_file(folder / (name + ending));
  }
  /// The folder of a box goes with its last layer.
  void remove_if_empty(const fs::path& folder) const {
    const std::lock_guard lock(folders_);
    ::rmdir(folder.c_str());
  }
  static Status add_notes(const fs::path& folder, std::vector<LayerNote>& notes) {
    BW_TRY_ASSIGN(const auto files, entries_of(folder));
    for (const auto& file : files) {
      if (file.extension() != kNoteEnding) continue;
      const auto text = read_text(file);
      if (!text && text.error().code == ErrorCode::Denied) return tl::unexpected(text.error());
      if (!text) continue;
      auto note = read_note(*text);
      // Its own place says whose it is; a note that says otherwise was put there by a hand.
      if (!note || note->name != file.stem() || note->uid.str() != folder.filename()) continue;
      notes.push_back(std::move(*note));
    }
    return {};
  }

  fs::path root_;
  mutable std::mutex folders_;  ///< No folder goes between being made and its first file.
};

}  // namespace

std::unique_ptr<LayerFiles> make_layer_folder(fs::path root) {
  return std::make_unique<LayerFolder>(std::move(root));
}

fs::path layer_root(const fs::path& state_file) {
  return state_file.parent_path() / "layers";
}

Result<int> remove_expired(LayerFiles& files, WallTime now) {
  constexpr Duration kStrays{24LL * 3600 * 1000};
  auto trouble = files.remove_strays(now - kStrays);
  BW_TRY_ASSIGN(const auto notes, files.notes({}));
  int removed = 0;
  for (const auto& note : notes) {
    if (note.keep_until > now) continue;
    const auto gone = files.remove(note);
    if (gone) ++removed;
    if (!gone && trouble) trouble = gone;
  }
  if (!trouble) return tl::unexpected(trouble.error());
  return removed;
}

}  // namespace boxwright::layers
