#include "controller/engine/hold/hold_image.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "controller/engine/hold/hold_program.h"
#include "specs/base/digest.h"

namespace boxwright::engine {

namespace {

constexpr std::size_t kBlock = 512;

using Header = std::array<char, kBlock>;

void put(Header& header, std::size_t offset, std::string_view text) {
  text.copy(header.data() + offset, header.size() - offset);
}

/// A ustar archive of one file that anybody may run. The same bytes at every build.
std::string one_file(std::string_view name, std::string_view content) {
  Header header{};
  put(header, 0, name);
  put(header, 100, "0000755");
  put(header, 108, "0000000");
  put(header, 116, "0000000");
  put(header, 124, fmt::format("{:011o}", content.size()));
  put(header, 136, "00000000000");
  put(header, 148, "        ");
  put(header, 156, "0");
  put(header, 257, std::string_view("ustar\00000", 8));
  unsigned sum = 0;
  for (const char byte : header)
    sum += static_cast<unsigned char>(byte);
  put(header, 148, fmt::format("{:06o}", sum) + std::string("\0 ", 2));

  std::string out(header.data(), header.size());
  out += content;
  out.append((kBlock - content.size() % kBlock) % kBlock, '\0');
  return out.append(2 * kBlock, '\0');
}

}  // namespace

const std::string& hold_image() {
  static const std::string name =
      "boxwright/hold:" + sha256_hex(hold_program()).substr(0, std::size_t{12});
  return name;
}

std::shared_ptr<const std::string> hold_archive() {
  static const auto archive = std::make_shared<const std::string>(
      one_file(std::string_view(kHoldProgramPath).substr(1), hold_program()));
  return archive;
}

}  // namespace boxwright::engine
