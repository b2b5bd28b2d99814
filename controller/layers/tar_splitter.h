#pragma once
// Takes a tar archive apart as it arrives, cut anywhere. The library that knows the format only
// pulls; a stream from the engine pushes. So this finds where headers and contents are, and leaves
// what a header says to the library.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "specs/base/error.h"

struct archive_entry;

namespace boxwright::layers {

class TarSplitter {
 public:
  /// Names and links are bytes, as they stand in the archive. An entry is good until it returns.
  using OnEntry = std::function<Status(archive_entry& entry)>;
  /// Contents of the entry told last, in pieces.
  using OnData = std::function<Status(std::string_view bytes)>;

  TarSplitter(OnEntry on_entry, OnData on_data)
      : on_entry_(std::move(on_entry)), on_data_(std::move(on_data)) {}

  /// Corrupt/Transient for what is no tar; else what the takers complain of.
  [[nodiscard]] Status feed(std::string_view bytes);
  /// The stream ended: Unavailable/Transient where the archive did not.
  [[nodiscard]] Status finish() const;

 private:
  [[nodiscard]] Status take_block();
  [[nodiscard]] Status take_header();

  OnEntry on_entry_;
  OnData on_data_;
  std::string header_;           ///< Blocks of the header in the making, extensions first.
  std::size_t block_ = 0;        ///< Bytes of its last block that are there.
  std::uint64_t extension_ = 0;  ///< Bytes of an extension's contents that are still to come.
  std::uint64_t data_ = 0;       ///< Bytes of the entry's contents that are still to come.
  std::uint64_t padding_ = 0;    ///< Bytes after them that say nothing.
  bool ended_ = false;
};

}  // namespace boxwright::layers
