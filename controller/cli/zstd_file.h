#pragma once
// A compressed file, written and read in pieces, with a digest of what is on the disk.

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "specs/base/error.h"

namespace boxwright::cli {

/// Writes beside its place and takes it at the end: no half of a backup ever has its name.
class ZstdWriter {
 public:
  ~ZstdWriter();
  ZstdWriter(const ZstdWriter&) = delete;
  ZstdWriter& operator=(const ZstdWriter&) = delete;

  /// Conflict if the file exists. Only its owner may read it.
  [[nodiscard]] static Result<std::unique_ptr<ZstdWriter>> create(
      const std::filesystem::path& file);
  [[nodiscard]] Status write(std::string_view bytes);
  /// Everything is on the disk under its name. Gives the SHA-256 of the file.
  [[nodiscard]] Result<std::string> finish();

 private:
  struct Parts;
  explicit ZstdWriter(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

/// Gives what was written, piece by piece. A file that is not compressed is given as it is.
class ZstdReader {
 public:
  ~ZstdReader();
  ZstdReader(const ZstdReader&) = delete;
  ZstdReader& operator=(const ZstdReader&) = delete;

  [[nodiscard]] static Result<std::unique_ptr<ZstdReader>> open(const std::filesystem::path& file);
  /// Empty: the end. Corrupt for a file that is damaged.
  [[nodiscard]] Result<std::string> next();

 private:
  struct Parts;
  explicit ZstdReader(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

/// SHA-256 of a file's bytes.
[[nodiscard]] Result<std::string> file_digest(const std::filesystem::path& file);

}  // namespace boxwright::cli
