// Streams that arrive in pieces: whatever the bytes and wherever they are cut, the lines, the
// frames and the log are those of the same bytes in one piece.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "controller/engine/docker/stream.h"
#include "tests/fuzz/must_hold.h"

namespace {

using namespace boxwright;
using fuzz::must_hold;

/// The first bytes of an input say where the rest is cut.
std::vector<std::string_view> cut(std::string_view bytes, std::string_view lengths) {
  std::vector<std::string_view> pieces;
  for (std::size_t i = 0; !bytes.empty(); ++i) {
    const std::size_t wanted =
        lengths.empty() ? bytes.size()
                        : std::size_t{static_cast<unsigned char>(lengths[i % lengths.size()])} + 1;
    const std::size_t length = std::min(wanted, bytes.size());
    pieces.push_back(bytes.substr(0, length));
    bytes.remove_prefix(length);
  }
  return pieces;
}

struct Lines {
  std::vector<std::string> lines;
  bool overlong = false;
  bool operator==(const Lines&) const = default;
};

Lines split(const std::vector<std::string_view>& pieces) {
  constexpr std::size_t kLongest = 64;
  Lines out;
  docker::LineSplitter splitter(
      [&out](std::string_view line) {
        out.lines.emplace_back(line);
        return true;
      },
      kLongest);
  for (const std::string_view piece : pieces) {
    if (!splitter.feed(piece)) break;
    must_hold(splitter.rest().size() <= kLongest, "an unfinished line is bounded");
  }
  out.overlong = splitter.overlong();
  for (const std::string& line : out.lines) {
    must_hold(!line.empty(), "empty lines are left out");
    must_hold(line.find('\n') == std::string::npos, "a line is one line");
    must_hold(line.size() <= kLongest, "a line is bounded");
  }
  return out;
}

struct Frames {
  std::string payloads[4];
  std::vector<std::string> log;
  bool good = true;
  bool whole = false;
  bool operator==(const Frames&) const = default;
};

Frames decode(const std::vector<std::string_view>& pieces) {
  Frames out;
  docker::LogLines log(32);
  docker::FrameDecoder decoder([&](int stream, std::string_view bytes) {
    must_hold(stream >= 0 && stream <= 3, "a stream has one of the known numbers");
    out.payloads[stream] += bytes;
    log.add(stream, bytes);
  });
  for (const std::string_view piece : pieces) {
    out.good = decoder.feed(piece).has_value();
    if (!out.good) break;
  }
  out.whole = decoder.finish().has_value();
  out.log = log.take();
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const std::size_t header = std::min<std::size_t>(4, all.size());
  const std::string_view lengths = all.substr(0, header);
  const std::string_view bytes = all.substr(header);
  must_hold(split(cut(bytes, lengths)) == split(cut(bytes, {})), "lines do not depend on the cuts");
  const Frames pieces = decode(cut(bytes, lengths));
  const Frames whole = decode(cut(bytes, {}));
  must_hold(pieces.good == whole.good, "a bad header is one wherever it is cut");
  if (whole.good) must_hold(pieces == whole, "frames do not depend on the cuts");
  return 0;
}
