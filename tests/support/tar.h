#pragma once
// A tar archive in memory (ustar), enough for a root file system.

#include <string>
#include <vector>

namespace boxwright::test {

/// A regular file, or a symbolic link where `link_to` is not empty.
struct TarEntry {
  std::string path;  ///< Without leading slash, at most 99 characters.
  std::string content;
  int mode = 0644;
  std::string link_to = {};
};

/// Directories above the entries are put in before them, once, as root 0755.
std::string make_tar(const std::vector<TarEntry>& entries);

}  // namespace boxwright::test
