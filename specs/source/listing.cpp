#include "specs/source/listing.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

namespace boxwright::specs {
namespace {

namespace fs = std::filesystem;

std::int64_t nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

bool counts(const std::string& name) {
  return !name.starts_with('.') && !name.starts_with('#') &&
         (name.ends_with(".yaml") || name.ends_with(".yml"));
}

bool is_hidden(const std::string& name) {
  return name.starts_with('.');
}

/// Whether a resolved path lies in the resolved folder.
bool is_inside(const fs::path& path, const fs::path& folder) {
  const auto [end, ignored] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  return end == folder.end();
}

tl::unexpected<Error> unreadable(const fs::path& folder, const std::error_code& why) {
  if (why == std::errc::no_such_file_or_directory || why == std::errc::not_a_directory) {
    return fail(ErrorCode::Unavailable, RetryClass::Transient,
                "folder {} does not exist; mount it, or name the right folder", folder.string());
  }
  return fail(ErrorCode::Unavailable, RetryClass::Transient,
              "folder {} cannot be read ({}); make it readable for the user that runs boxwright",
              folder.string(), why.message());
}

struct FolderCloser {
  void operator()(DIR* folder) const { ::closedir(folder); }
};
using OpenFolder = std::unique_ptr<DIR, FolderCloser>;

std::error_code last_error() {
  return {errno, std::generic_category()};
}

class Walk {
 public:
  explicit Walk(fs::path folder, fs::path resolved)
      : folder_(std::move(folder)), resolved_(std::move(resolved)) {}

  Status run() {
    std::vector<fs::path> open{{}};
    while (!open.empty()) {
      const fs::path inside = std::move(open.back());
      open.pop_back();
      BW_TRY(list_one(inside, open));
    }
    std::sort(listing_.begin(), listing_.end(),
              [](const ListedFile& a, const ListedFile& b) { return a.path < b.path; });
    return {};
  }

  [[nodiscard]] Listing take() { return std::move(listing_); }

 private:
  Status list_one(const fs::path& inside, std::vector<fs::path>& open) {
    const fs::path here = inside.empty() ? folder_ : folder_ / inside;
    const OpenFolder folder(::opendir(here.c_str()));
    // A sub-folder that went away between the two looks is a change like any other.
    if (!folder && errno == ENOENT && !inside.empty()) return {};
    if (!folder) return unreadable(here, last_error());
    errno = 0;
    while (const dirent* entry = ::readdir(folder.get())) {
      const std::string name = entry->d_name;
      // Looked up in the open folder: a look at a hundred files is most of what an idle controller
      // does.
      struct stat link{};
      const bool found = !is_hidden(name) && ::fstatat(::dirfd(folder.get()), name.c_str(), &link,
                                                       AT_SYMLINK_NOFOLLOW) == 0;
      // Gone is gone; what is there and may not be looked at is not absent.
      if (!found && !is_hidden(name) && errno != ENOENT) return unreadable(here, last_error());
      if (found && S_ISDIR(link.st_mode)) {
        open.push_back(inside / name);
      } else if (found && counts(name)) {
        add(inside / name, link);
      }
      errno = 0;
    }
    if (errno != 0) return unreadable(here, last_error());
    return {};
  }

  void add(const fs::path& inside, const struct stat& link) {
    const fs::path full = folder_ / inside;
    struct stat target = link;
    std::string refusal;
    if (S_ISLNK(link.st_mode)) {
      const bool leads_somewhere = ::stat(full.c_str(), &target) == 0;
      if (leads_somewhere && S_ISDIR(target.st_mode) && leads_inside(full)) return;
      refusal = refuse_link(full, leads_somewhere);
    }
    if (refusal.empty() && !S_ISREG(target.st_mode)) {
      refusal = "this is no regular file and is never opened; remove it or rename it";
    }
    listing_.push_back({inside.generic_string(), std::move(refusal), target.st_size,
                        nanoseconds(target.st_mtim), nanoseconds(target.st_ctim), target.st_dev,
                        target.st_ino, target.st_uid});
  }

  [[nodiscard]] bool leads_inside(const fs::path& link) const {
    std::error_code why;
    const fs::path target = fs::canonical(link, why);
    return !why && is_inside(target, resolved_);
  }

  [[nodiscard]] std::string refuse_link(const fs::path& link, bool leads_somewhere) const {
    if (!leads_somewhere) return "this link leads nowhere; mend it or remove it";
    if (leads_inside(link)) return {};
    return "this link leads out of the source's folder and is not followed; put a copy here";
  }

  fs::path folder_;
  fs::path resolved_;
  Listing listing_;
};

}  // namespace

Result<Listing> list_folder(const fs::path& folder) {
  std::error_code why;
  fs::path resolved = fs::canonical(folder, why);
  if (why) return unreadable(folder, why);
  Walk walk(folder, std::move(resolved));
  BW_TRY(walk.run());
  return walk.take();
}

}  // namespace boxwright::specs
