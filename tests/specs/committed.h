#pragma once
// Files of the repository that are made from tables.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace boxwright::specs {

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// The committed file is what its table makes. With BOXWRIGHT_UPDATE=1 it is written anew.
inline void expect_committed(const std::string& path, const std::string& text) {
  const auto whole = std::filesystem::path(BOXWRIGHT_SOURCE_DIR) / path;
  if (std::getenv("BOXWRIGHT_UPDATE") != nullptr) {
    std::filesystem::create_directories(whole.parent_path());
    std::ofstream(whole, std::ios::binary) << text;
  }
  EXPECT_TRUE(read_file(whole) == text)
      << path
      << " is not what is made now; if that is meant, run this test with BOXWRIGHT_UPDATE=1";
}

}  // namespace boxwright::specs
