#include "tests/support/tar.h"

#include <fmt/core.h>

#include <array>
#include <cstring>
#include <set>
#include <stdexcept>

namespace boxwright::test {

namespace {

constexpr std::size_t kBlock = 512;

using Header = std::array<char, kBlock>;

void put(Header& header, std::size_t offset, std::size_t size, const std::string& text) {
  if (text.size() > size) throw std::runtime_error("tar: too long: " + text);
  std::memcpy(header.data() + offset, text.data(), text.size());
}

std::string member(const std::string& path, char type, int mode, const std::string& content,
                   const std::string& link_to) {
  Header header{};
  put(header, 0, 99, path);
  put(header, 100, 8, fmt::format("{:07o}", mode));
  put(header, 108, 8, "0000000");
  put(header, 116, 8, "0000000");
  put(header, 124, 12, fmt::format("{:011o}", content.size()));
  put(header, 136, 12, "14000000000");
  put(header, 148, 8, "        ");
  header.at(156) = type;
  put(header, 157, 99, link_to);
  put(header, 257, 8, std::string("ustar\00000", 8));
  unsigned sum = 0;
  for (const char byte : header)
    sum += static_cast<unsigned char>(byte);
  put(header, 148, 8, fmt::format("{:06o}", sum) + std::string("\0 ", 2));

  std::string out(header.data(), header.size());
  out += content;
  out.append((kBlock - content.size() % kBlock) % kBlock, '\0');
  return out;
}

}  // namespace

std::string make_tar(const std::vector<TarEntry>& entries) {
  std::string out;
  std::set<std::string> made;
  for (const TarEntry& entry : entries) {
    for (std::size_t slash = entry.path.find('/'); slash != std::string::npos;
         slash = entry.path.find('/', slash + 1)) {
      const std::string folder = entry.path.substr(0, slash + 1);
      if (made.insert(folder).second) out += member(folder, '5', 0755, "", "");
    }
    const bool link = !entry.link_to.empty();
    out += member(entry.path, link ? '2' : '0', link ? 0777 : entry.mode, link ? "" : entry.content,
                  entry.link_to);
  }
  out.append(2 * kBlock, '\0');
  return out;
}

}  // namespace boxwright::test
