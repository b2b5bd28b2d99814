#pragma once
// Taking apart what arrives in pieces cut at any byte: lines, and frames of standard streams. Pure.

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "specs/base/error.h"

namespace boxwright::docker {

/// Splits a stream into lines. Empty lines are left out; a `\r` before the `\n` too.
class LineSplitter {
 public:
  /// `on_line` gives false to stop. A line longer than `longest` bytes stops, too.
  LineSplitter(std::function<bool(std::string_view)> on_line, std::size_t longest = 1U << 20U);

  /// False: stopped, by `on_line` or by an overlong line.
  bool feed(std::string_view bytes);
  [[nodiscard]] bool overlong() const { return overlong_; }
  /// What came after the last newline: a cut stream has something here.
  [[nodiscard]] const std::string& rest() const { return rest_; }

 private:
  std::function<bool(std::string_view)> on_line_;
  std::size_t longest_;
  std::string rest_;
  bool overlong_ = false;
};

/// The engine's multiplexed standard streams: an 8-byte header (stream number, three zero bytes,
/// big-endian length), then the payload.
class FrameDecoder {
 public:
  /// `on_payload` gets stream 1 (output), 2 (error), or 3 (the engine's own error text), in pieces.
  explicit FrameDecoder(std::function<void(int stream, std::string_view bytes)> on_payload);

  /// Corrupt/Transient when a header is none.
  [[nodiscard]] Status feed(std::string_view bytes);
  /// The stream ended: Unavailable/Transient if that was inside a frame.
  [[nodiscard]] Status finish() const;

 private:
  std::function<void(int, std::string_view)> on_payload_;
  std::string header_;
  int stream_ = 0;
  std::size_t left_ = 0;
};

/// Collects a container's output as printable lines, at most `longest` bytes of each; the lines of
/// the two streams are kept apart.
class LogLines {
 public:
  explicit LogLines(std::size_t longest = 4096) : longest_(longest) {}
  void add(int stream, std::string_view bytes);
  /// The lines in the order in which they were completed, unfinished ones last.
  [[nodiscard]] std::vector<std::string> take();

 private:
  void finish_line(std::string& line);

  std::size_t longest_;
  std::map<int, std::string> open_;
  std::vector<std::string> lines_;
};

}  // namespace boxwright::docker
