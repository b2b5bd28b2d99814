#include "controller/cli/volume_transfer.h"

#include <fmt/core.h>

#include <optional>
#include <thread>

#include "controller/cli/chunk_pipe.h"

namespace boxwright::cli {

namespace {

Status not_taken() {
  return fail(ErrorCode::Cancelled, RetryClass::Terminal, "the other side of the copy ended");
}

/// Lists an archive on a thread of its own while it goes by.
class PassingBy {
 public:
  PassingBy()
      : thread_([this] {
          listed_ = list_archive([this] { return pipe_.pop(); });
          pipe_.close();
        }) {}
  ~PassingBy() {
    pipe_.end(not_taken());
    pipe_.close();
  }
  PassingBy(const PassingBy&) = delete;
  PassingBy& operator=(const PassingBy&) = delete;

  [[nodiscard]] bool show(std::string_view bytes) { return pipe_.push(std::string(bytes)); }
  /// `how`: whether all of it was shown.
  [[nodiscard]] Result<VolumeListings> finish(const Status& how) {
    pipe_.end(how);
    thread_.join();
    return std::move(listed_.value());
  }

 private:
  ChunkPipe pipe_;
  std::optional<Result<VolumeListings>> listed_;
  std::jthread thread_;  // Last: it uses the others.
};

std::string folder_below(const std::string& below) {
  return below + "/" + kVolumesFolder;
}

}  // namespace

Result<VolumeListings> list_at(engine::Engine& engine, const ContainerId& helper,
                               const std::string& below, const std::stop_token& stop) {
  PassingBy listing;
  const auto read = engine.read_archive(
      helper, folder_below(below),
      [&listing](std::string_view bytes) { return listing.show(bytes); }, stop);
  auto listed = listing.finish(read);
  // Why the stream ended says more than that it did.
  if (!read) return tl::unexpected(read.error());
  return listed;
}

Result<VolumeListings> read_volumes(engine::Engine& engine, const ContainerId& helper,
                                    const std::function<Status(std::string_view)>& write,
                                    const std::stop_token& stop) {
  PassingBy listing;
  Status written;
  const auto read = engine.read_archive(
      helper, folder_below(kReadBelow),
      [&](std::string_view bytes) {
        if (written) written = write(bytes);
        return written && listing.show(bytes);
      },
      stop);
  auto listed = listing.finish(read ? written : read);
  if (!written) return tl::unexpected(written.error());
  if (!read) return tl::unexpected(read.error());
  return listed;
}

Result<VolumeListings> write_volumes(engine::Engine& engine, const ContainerId& helper,
                                     const NextChunk& next_chunk, const std::stop_token& stop) {
  PassingBy listing;
  std::optional<Error> source_failed;
  const auto written = engine.write_archive(
      helper, kWriteBelow,
      [&]() -> Result<std::string> {
        auto chunk = next_chunk();
        if (!chunk) source_failed = chunk.error();
        if (chunk && !chunk->empty() && !listing.show(*chunk))
          return tl::unexpected(not_taken().error());
        return chunk;
      },
      stop);
  auto listed = listing.finish(written);
  if (source_failed) return tl::unexpected(*source_failed);
  // An archive that cannot be listed was broken off for that reason.
  if (!listed && listed.error().code == ErrorCode::Corrupt) return listed;
  if (!written) return tl::unexpected(written.error());
  return listed;
}

Result<VolumeListings> copy_volumes(engine::Engine& engine, const ContainerId& from,
                                    const ContainerId& to, const std::stop_token& stop) {
  ChunkPipe pipe;
  const std::jthread reader([&] {
    const auto read = engine.read_archive(
        from, folder_below(kReadBelow),
        [&pipe](std::string_view bytes) { return pipe.push(std::string(bytes)); }, stop);
    pipe.end(read);
  });
  auto listed = write_volumes(engine, to, [&pipe] { return pipe.pop(); }, stop);
  pipe.close();
  return listed;
}

Status compare_listings(const VolumeListings& sent, const VolumeListings& found, bool merged) {
  for (const auto& [key, there] : found) {
    const auto of_key = sent.find(key);
    if (of_key == sent.end()) continue;
    const auto& wanted = of_key->second;
    for (const auto& [path, line] : wanted.entries) {
      const auto entry = there.entries.find(path);
      const bool equal = entry != there.entries.end() && entry->second == line;
      // The volume's own folder has the time of what came into it beside.
      if (equal || (merged && path.empty())) continue;
      return fail(ErrorCode::Corrupt, RetryClass::Terminal,
                  "volume {}: {} is {} after the copy; the copy is not to be relied on", key,
                  path.empty() ? "its own folder" : path,
                  entry == there.entries.end() ? "absent" : "different");
    }
    if (!merged && there.entries.size() != wanted.entries.size()) {
      return fail(ErrorCode::Corrupt, RetryClass::Terminal,
                  "volume {} holds {} entries after the copy instead of {}; something else writes "
                  "into it",
                  key, there.entries.size(), wanted.entries.size());
    }
  }
  for (const auto& [key, wanted] : sent) {
    if (found.contains(key) || wanted.is_empty()) continue;
    return fail(ErrorCode::Corrupt, RetryClass::Terminal,
                "volume {} is absent after the copy; the copy is not to be relied on", key);
  }
  return {};
}

}  // namespace boxwright::cli
