#include "controller/cli/terminal.h"

#include <fmt/core.h>
#include <langinfo.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <iostream>
#include <string_view>

#include "controller/cli/typed_word.h"
#include "specs/base/open_file.h"

namespace boxwright::cli {

namespace {

/// One character of a text: its bytes, and its code point where they are valid UTF-8.
struct Character {
  std::size_t bytes = 1;
  char32_t point = 0;
  bool valid = false;
};

Character character_at(const std::string& text, std::size_t at) {
  const auto byte = [&text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(at);
  if (lead < 0x80) return {1, static_cast<char32_t>(lead), true};
  const std::size_t length = lead >= 0xF0 ? 4 : (lead >= 0xE0 ? 3 : 2);
  if (lead < 0xC2 || lead > 0xF4 || at + length > text.size()) return {};
  char32_t point = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0U) != 0x80U) return {};
    point = (point << 6U) | (byte(at + i) & 0x3FU);
  }
  const bool too_long = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
  const bool is_no_character = point > 0x10FFFF || (point >= 0xD800 && point < 0xE000);
  if (too_long || is_no_character) return {};
  return {length, point, true};
}

/// What a terminal obeys instead of showing: control characters, and marks that turn the direction
/// of writing, by which one text can pass for another.
bool is_obeyed(char32_t point) {
  return point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0x061C ||
         (point >= 0x200E && point <= 0x200F) || (point >= 0x2028 && point <= 0x202E) ||
         (point >= 0x2066 && point <= 0x2069) || point == 0xFEFF;
}

}  // namespace

std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
  }));
}

std::string printable(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto one = character_at(text, i);
    if (one.point == '\n' || one.point == '\t') {
      out += ' ';
    } else if (!one.valid || is_obeyed(one.point)) {
      out += '?';
    } else {
      out.append(text, i, one.bytes);
    }
    i += one.bytes;
  }
  return out;
}

std::string inert_json(const std::string& dumped) {
  std::string out;
  for (std::size_t i = 0; i < dumped.size();) {
    const auto one = character_at(dumped, i);
    // Below 0x20 there is only the layout: within strings it is escaped already.
    if (one.valid && one.point >= 0x20 && is_obeyed(one.point)) {
      out += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(one.point));
    } else {
      out.append(dumped, i, one.bytes);
    }
    i += one.bytes;
  }
  return out;
}

std::string only_ascii(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto one = character_at(text, i);
    out += one.valid && one.point < 0x80 ? text[i] : '?';
    i += one.bytes;
  }
  return out;
}

std::string wrapped(const std::string& text, std::size_t columns) {
  if (columns == 0) return text;
  std::string out;
  std::size_t used = 0;
  std::size_t from = 0;
  while (from < text.size()) {
    const auto end = std::min(text.find(' ', from), text.size());
    const auto word = text.substr(from, end - from);
    const auto width = characters(word);
    const bool fits = used == 0 || used + 1 + width <= columns;
    if (used > 0) out += fits ? " " : "\n";
    used = fits && used > 0 ? used + 1 + width : width;
    out += word;
    from = end + 1;
  }
  return out;
}

std::string printable_lines(const std::string& text) {
  std::string out;
  std::size_t from = 0;
  while (from <= text.size()) {
    const auto end = std::min(text.find('\n', from), text.size());
    out += (from == 0 ? "" : "\n  ") + printable(text.substr(from, end - from));
    from = end + 1;
  }
  return out;
}

std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], characters(row[i]));
  }
  std::string text;
  for (const auto& row : rows)
    text += padded(row, widths);
  return text;
}

std::string padded(const std::vector<std::string>& row, const std::vector<std::size_t>& widths) {
  std::string line;
  for (std::size_t i = 0; i < row.size(); ++i) {
    line += row[i];
    const auto used = characters(row[i]);
    const auto width = i < widths.size() ? std::max(widths[i], used) : used;
    if (i + 1 < row.size()) line.append(width - used + 2, ' ');
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::string age(Duration age) {
  const auto seconds = std::max<std::int64_t>(0, age.count() / 1'000);
  if (seconds < 120) return fmt::format("{}s", seconds);
  if (seconds < 7'200) return fmt::format("{}m", seconds / 60);
  if (seconds < 172'800) return fmt::format("{}h", seconds / 3'600);
  return fmt::format("{}d", seconds / 86'400);
}

std::string count_of(std::size_t count, const std::string& one, const std::string& many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string coloured(const std::string& text, Colour colour, bool enabled) {
  if (!enabled || colour == Colour::None) return text;
  const int code = colour == Colour::Green ? 32 : (colour == Colour::Yellow ? 33 : 31);
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

namespace {

std::atomic<bool> lost{false};

/// Data that goes to a program or a file is left as it is, whatever the locale.
std::string for_stream(int fd, const std::string& text) {
  const bool is_plain = is_terminal(fd) && std::string_view{::nl_langinfo(CODESET)} != "UTF-8";
  return is_plain ? only_ascii(text) : text;
}

}  // namespace

bool put_out(const std::string& text) {
  if (write_all(STDOUT_FILENO, for_stream(STDOUT_FILENO, text))) return true;
  const int error = errno;
  if (error != EPIPE && !lost.exchange(true)) {
    put_err(fmt::format("boxwright: cannot write the output: {}\n", ::strerror(error)));
  }
  return false;
}

bool reader_has_gone() {
  pollfd out{STDOUT_FILENO, 0, 0};
  return ::poll(&out, 1, 0) == 1 && (out.revents & (POLLERR | POLLNVAL)) != 0;
}

bool output_was_lost() {
  return lost;
}

void put_err(const std::string& text) {
  // Nobody is left to be told that nobody listens.
  (void)write_all(STDERR_FILENO, for_stream(STDERR_FILENO, text));
}

Answer ask(const std::string& question, const std::stop_token& stop) {
  return ask_for_word(question + " Type yes to go on: ", "yes", stop);
}

Answer ask_for_word(const std::string& question, const std::string& word,
                    const std::stop_token& stop) {
  constexpr int kTickMs = 50;
  put_err(question);
  // Signals are taken elsewhere and end no read: a line is only fetched once one is there.
  pollfd input{STDIN_FILENO, POLLIN, 0};
  for (int ready = 0; ready <= 0; ready = ::poll(&input, 1, kTickMs)) {
    if (ready < 0 && errno != EINTR) break;
    if (!stop.stop_requested()) continue;
    put_err("\nNothing was done.\n");
    return Answer::Interrupted;
  }
  std::string answer;
  std::getline(std::cin, answer);
  if (std::cin.eof()) put_err("\n");
  if (answer == word && !stop.stop_requested()) return Answer::Yes;
  put_err("Nothing was done.\n");
  return stop.stop_requested() ? Answer::Interrupted : Answer::No;
}

bool is_terminal(int fd) {
  return ::isatty(fd) == 1;
}

bool wants_colour(const Options& options, int fd) {
  return !options.no_color && is_terminal(fd);
}

std::size_t terminal_width() {
  winsize size{};
  constexpr std::size_t kUsual = 80;
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : kUsual;
}

std::size_t prose_width(const Options& options, int fd) {
  if (options.columns > 0) return options.columns;
  winsize size{};
  return ::ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

}  // namespace boxwright::cli
