#pragma once
// What a person sees: no raw control characters, colour only where it is wanted.

#include <string>
#include <vector>

#include "controller/cli/options.h"
#include "specs/base/clock.h"

namespace boxwright::cli {

/// Control characters (also those of UTF-8's C1 range) become `?`; newlines and tabs become spaces.
[[nodiscard]] std::string printable(const std::string& text);
/// The same for each line; lines after the first are indented, so that none can be forged.
[[nodiscard]] std::string printable_lines(const std::string& text);

/// Columns padded to their widest cell (counted in characters), two spaces apart; the last one is
/// not padded.
[[nodiscard]] std::string table(const std::vector<std::vector<std::string>>& rows);

/// `12s`, `5m`, `3h`, `2d`.
[[nodiscard]] std::string age(Duration age);
/// `1 box`, `3 boxes`.
[[nodiscard]] std::string count_of(std::size_t count, const std::string& one,
                                   const std::string& many);

enum class Colour { None, Green, Yellow, Red };
[[nodiscard]] std::string coloured(const std::string& text, Colour colour, bool enabled);

/// Data to standard output. False: the reader has gone, end quietly.
bool put_out(const std::string& text);
/// Everything said to a person, to standard error.
void put_err(const std::string& text);
/// Asks on the terminal; only `yes` agrees. No answer (end of input) is a no.
[[nodiscard]] bool ask(const std::string& question);
[[nodiscard]] bool is_terminal(int fd);
/// Whether this stream gets colour: a terminal, and neither --no-color nor NO_COLOR nor a dumb one.
[[nodiscard]] bool wants_colour(const Options& options, int fd);
/// Columns of the terminal at standard error; 80 where it does not say.
[[nodiscard]] std::size_t terminal_width();

}  // namespace boxwright::cli
