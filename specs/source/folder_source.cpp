#include "specs/source/folder_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <system_error>
#include <utility>

#include "specs/base/digest.h"
#include "specs/base/user_name.h"
#include "specs/parse/documents.h"
#include "specs/parse/node.h"
#include "specs/source/bounded_read.h"
#include "specs/source/listing.h"

namespace boxwright::specs {
namespace {

namespace fs = std::filesystem;

fs::path absolute_place(const fs::path& folder) {
  std::error_code why;
  fs::path place = fs::absolute(folder, why);
  if (why) place = folder;
  place = place.lexically_normal();
  // `boxes/` and `boxes` are one place.
  return place.has_filename() ? place : place.parent_path();
}

tl::unexpected<Error> no_marker(const fs::path& folder) {
  return fail(
      ErrorCode::Unavailable, RetryClass::Transient,
      "folder {} has no marker file {}, so it is not taken for a source (an unmounted folder "
      "looks the same); if it is the right folder, write {} with these lines:\n"
      "apiVersion: boxwright.dev/v1\n"
      "kind: Source\n"
      "metadata: {{name: default}}\n"
      "spec: {{domain: boxes.example}}",
      folder.string(), kMarkerFile, (folder / kMarkerFile).string());
}

/// Everything that was read in one go.
struct Reading {
  SourceText marker;
  std::vector<SourceText> files;
  bool has_read_errors = false;
};

/// Names of the users to whom the files belong.
std::map<std::string, std::string> owners_of(const Listing& listing) {
  std::map<uid_t, std::string> users;
  std::map<std::string, std::string> owners;
  for (const ListedFile& file : listing) {
    const auto [user, is_new] = users.try_emplace(file.owner);
    if (is_new) user->second = user_name(file.owner);
    owners.emplace(file.path, user->second);
  }
  return owners;
}

/// Parts are set off by their lengths, so that no two different folders give one digest.
Revision revision_of(const Reading& reading) {
  std::string all;
  const auto add = [&all](const std::string& part) {
    all += fmt::format("{}:{}", part.size(), part);
  };
  add(reading.marker.text);
  for (const SourceText& file : reading.files) {
    add(file.file);
    add(file.unreadable);
    add(file.text);
  }
  return Revision(sha256_hex(all));
}

class FolderSource final : public SpecSource {
 public:
  explicit FolderSource(const fs::path& folder) : folder_(absolute_place(folder)) {}

  [[nodiscard]] std::string place() const override { return folder_.string(); }

  [[nodiscard]] Result<std::optional<Snapshot>> poll(MonoTime now) override {
    // While nothing moves, a look at every file each half second is soon enough.
    if (told_listing_ && !pending_ && now - looked_at_ < kSettleTime) return std::nullopt;
    looked_at_ = now;
    Result<Listing> listing = list();
    if (!listing) return tell_error(std::move(listing).error());
    if (told_listing_ && *listing == *told_listing_) {
      pending_.reset();
      return std::nullopt;
    }
    if (!pending_ || pending_->listing != *listing) {
      pending_ = Pending{std::move(*listing), now};
      return std::nullopt;
    }
    if (now - pending_->since < kSettleTime) return std::nullopt;
    return read_settled(now);
  }

 private:
  /// A listing that was seen and waits to be seen again.
  struct Pending {
    Listing listing;
    MonoTime since;
  };

  [[nodiscard]] Result<Listing> list() const {
    BW_TRY_ASSIGN(Listing listing, list_folder(folder_));
    const bool marked = std::any_of(listing.begin(), listing.end(), [](const ListedFile& file) {
      return file.path == kMarkerFile;
    });
    if (!marked) return no_marker(folder_);
    return listing;
  }

  [[nodiscard]] Result<std::optional<Snapshot>> tell_error(Error error) {
    pending_.reset();
    told_listing_.reset();
    told_revision_.reset();
    if (told_error_ == error) return std::nullopt;
    told_error_ = error;
    return tl::unexpected(std::move(error));
  }

  [[nodiscard]] Result<std::optional<Snapshot>> read_settled(MonoTime now) {
    const Listing listing = pending_->listing;
    Result<Reading> reading = read_files(listing);
    if (!reading && reading.error().code != ErrorCode::Conflict) {
      return tell_error(std::move(reading).error());
    }
    // What was read counts only if nothing moved meanwhile; a file in the middle of being written
    // has another size or time now.
    Result<Listing> after = list();
    if (!after) return tell_error(std::move(after).error());
    if (!reading || *after != listing) {
      pending_ = Pending{std::move(*after), now};
      return std::nullopt;
    }
    return tell(*reading, listing);
  }

  [[nodiscard]] Result<std::optional<Snapshot>> tell(const Reading& reading,
                                                     const Listing& listing) {
    auto marker = read_marker(reading.marker, folder_.string());
    if (!marker) {
      Result<std::optional<Snapshot>> told = tell_error(broken_marker(marker.error()));
      told_listing_ = listing;
      return told;
    }
    pending_.reset();
    told_error_.reset();
    told_listing_ = listing;
    // A disk that failed may answer again without any change that a listing shows: keep trying.
    if (reading.has_read_errors) told_listing_.reset();
    Revision revision = revision_of(reading);
    if (told_revision_ == revision) return std::nullopt;
    told_revision_ = revision;
    Documents documents = read_documents(reading.files);
    return Snapshot{marker->name,
                    place(),
                    std::move(revision),
                    std::move(marker->settings),
                    std::move(documents.boxes),
                    std::move(documents.problems),
                    owners_of(listing)};
  }

  [[nodiscard]] Error broken_marker(const std::vector<Problem>& problems) const {
    std::string lines;
    for (const Problem& problem : problems)
      lines += "\n" + problem.to_line();
    return {ErrorCode::InvalidSpec, RetryClass::Transient,
            fmt::format("the marker of folder {} is not valid, so the folder is not read:{}",
                        folder_.string(), lines)};
  }

  /// Conflict if a file is not the listed one any more; another error if the marker is unreadable.
  [[nodiscard]] Result<Reading> read_files(const Listing& listing) {
    Reading reading;
    std::map<std::string, bool> mentions_defaults;
    for (const ListedFile& file : listing) {
      BW_TRY_ASSIGN(SourceText text, read_one(file));
      const auto before = mentions_defaults_.find(file.path);
      if (text.unreadable.empty()) {
        mentions_defaults[file.path] = text.text.find("Defaults") != std::string::npos;
      } else if (before != mentions_defaults_.end()) {
        mentions_defaults.insert(*before);
      }
      const bool is_marker = file.path == kMarkerFile;
      if (is_marker && !text.unreadable.empty()) {
        return fail(ErrorCode::Unavailable, RetryClass::Transient, "{}: {}",
                    (folder_ / kMarkerFile).string(), text.unreadable);
      }
      reading.has_read_errors |= !text.unreadable.empty() && file.refusal.empty();
      if (is_marker) {
        reading.marker = std::move(text);
      } else {
        reading.files.push_back(std::move(text));
      }
    }
    mentions_defaults_ = std::move(mentions_defaults);
    return reading;
  }

  [[nodiscard]] Result<SourceText> read_one(const ListedFile& file) const {
    const auto before = mentions_defaults_.find(file.path);
    const bool known = before != mentions_defaults_.end();
    SourceText text{file.path, {}, file.refusal, known && before->second};
    if (!file.refusal.empty()) return text;
    Result<std::string> read = read_listed(folder_, file, kTextBytesMax);
    if (!read && read.error().code == ErrorCode::Conflict) return tl::unexpected(read.error());
    if (read) {
      text.text = std::move(*read);
    } else {
      text.unreadable = read.error().message;
      // A file that was never read may hold anything.
      text.may_hold_defaults = !known || before->second;
    }
    return text;
  }

  fs::path folder_;
  MonoTime looked_at_{};
  std::optional<Pending> pending_;
  // What was returned last: an error or a revision, and the listing that gave it (absent where the
  // same listing may give something else next time).
  std::optional<Error> told_error_;
  std::optional<Revision> told_revision_;
  std::optional<Listing> told_listing_;
  /// By path: whether the last text that could be read speaks of Defaults.
  std::map<std::string, bool> mentions_defaults_;
};

}  // namespace

std::unique_ptr<SpecSource> open_folder_source(const fs::path& folder) {
  return std::make_unique<FolderSource>(folder);
}

std::vector<Problem> read_problems(const fs::path& folder) {
  const Result<Listing> listing = list_folder(folder);
  if (!listing) return {};
  std::vector<Problem> problems;
  std::vector<SourceText> files;
  for (const ListedFile& file : *listing) {
    SourceText text{file.path, {}, file.refusal, false};
    if (file.refusal.empty()) {
      Result<std::string> read = read_listed(folder, file, kTextBytesMax);
      text.unreadable = read ? std::string() : read.error().message;
      if (read) text.text = std::move(*read);
    }
    const bool is_marker = file.path == kMarkerFile;
    if (is_marker && text.unreadable.empty()) {
      auto marker = read_marker(text, folder.string());
      if (!marker) problems = std::move(marker).error();
    } else if (!is_marker) {
      files.push_back(std::move(text));
    }
  }
  Documents documents = read_documents(files);
  std::move(documents.problems.begin(), documents.problems.end(), std::back_inserter(problems));
  std::sort(problems.begin(), problems.end());
  return problems;
}

}  // namespace boxwright::specs
