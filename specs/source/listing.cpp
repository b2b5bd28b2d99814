#include "specs/source/listing.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
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

/// An open folder, closed with this object.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  /// The entry itself, not what a link leads to. False: it is gone.
  [[nodiscard]] bool look_at(const std::string& name, struct stat& entry) const {
    return ::fstatat(fd_, name.c_str(), &entry, AT_SYMLINK_NOFOLLOW) == 0;
  }

 private:
  int fd_;
};

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
    std::error_code why;
    fs::directory_iterator entries(here, why);
    // A sub-folder that went away between the two looks is a change like any other.
    if (why == std::errc::no_such_file_or_directory && !inside.empty()) return {};
    // Names are looked up in the open folder: a look at a hundred files four times a second is most
    // of what an idle controller does.
    const Descriptor folder(::open(here.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    for (; !why && entries != fs::directory_iterator(); entries.increment(why)) {
      const std::string name = entries->path().filename().string();
      struct stat link{};
      if (is_hidden(name) || !folder.look_at(name, link)) continue;
      if (S_ISDIR(link.st_mode)) {
        open.push_back(inside / name);
      } else if (counts(name)) {
        add(inside / name, link);
      }
    }
    if (why) return unreadable(here, why);
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
                        target.st_ino});
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
