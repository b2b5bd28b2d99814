#include "controller/engine/docker/stream.h"

#include <algorithm>
#include <utility>

#include "controller/engine/docker/errors.h"

namespace boxwright::docker {

namespace {

constexpr std::size_t kFrameHeader = 8;

}  // namespace

LineSplitter::LineSplitter(std::function<bool(std::string_view)> on_line, std::size_t longest)
    : on_line_(std::move(on_line)), longest_(longest) {
}

bool LineSplitter::feed(std::string_view bytes) {
  for (;;) {
    const std::size_t end = bytes.find('\n');
    if (rest_.size() + std::min(end, bytes.size()) > longest_) {
      overlong_ = true;
      return false;
    }
    rest_ += bytes.substr(0, end);
    if (end == std::string_view::npos) return true;
    bytes.remove_prefix(end + 1);
    std::string line = std::exchange(rest_, {});
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty() && !on_line_(line)) return false;
  }
}

FrameDecoder::FrameDecoder(std::function<void(int, std::string_view)> on_payload)
    : on_payload_(std::move(on_payload)) {
}

Status FrameDecoder::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    if (left_ > 0) {
      const std::string_view piece = bytes.substr(0, left_);
      on_payload_(stream_, piece);
      left_ -= piece.size();
      bytes.remove_prefix(piece.size());
      continue;
    }
    const std::string_view piece = bytes.substr(0, kFrameHeader - header_.size());
    header_ += piece;
    bytes.remove_prefix(piece.size());
    if (header_.size() < kFrameHeader) break;
    const auto byte = [this](std::size_t i) { return static_cast<unsigned char>(header_[i]); };
    if (byte(0) > 3 || byte(1) != 0 || byte(2) != 0 || byte(3) != 0) {
      return fail(ErrorCode::Corrupt, RetryClass::Transient,
                  "the stream from the Docker Engine is not divided into frames");
    }
    stream_ = byte(0);
    for (std::size_t i = 4; i < kFrameHeader; ++i)
      left_ = left_ * 256 + byte(i);
    header_.clear();
  }
  return {};
}

Status FrameDecoder::finish() const {
  if (left_ == 0 && header_.empty()) return {};
  return fail(ErrorCode::Unavailable, RetryClass::Transient,
              "the stream from the Docker Engine ended inside a frame");
}

void LogLines::finish_line(std::string& line) {
  if (line.ends_with('\r')) line.pop_back();
  lines_.push_back(printable(line));
  line.clear();
}

void LogLines::add(int stream, std::string_view bytes) {
  std::string& line = open_[stream];
  for (const char c : bytes) {
    if (c == '\n') {
      finish_line(line);
    } else if (line.size() < longest_) {
      line += c;
    }
  }
}

std::vector<std::string> LogLines::take() {
  for (auto& [stream, line] : open_) {
    if (!line.empty()) finish_line(line);
  }
  return std::exchange(lines_, {});
}

}  // namespace boxwright::docker
