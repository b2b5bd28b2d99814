#pragma once
// What a person sees: no raw control characters, colour only where it is wanted.

#include <stop_token>
#include <string>
#include <vector>

#include "controller/cli/options.h"
#include "specs/base/clock.h"

namespace boxwright::cli {

/// What a terminal would obey becomes `?`: control characters (also U+0080 to U+009F, and the bytes
/// of no valid UTF-8, which are the same to some terminals) and what turns the direction of
/// writing. Newlines and tabs become spaces.
[[nodiscard]] std::string printable(const std::string& text);
/// The same for each line; lines after the first are indented, so that none can be forged.
[[nodiscard]] std::string printable_lines(const std::string& text);

/// JSON as it was dumped, with the same characters as `\u` escapes: they are data, and go to a
/// program unharmed, but a terminal does not obey them.
[[nodiscard]] std::string inert_json(const std::string& dumped);
/// Every character beyond ASCII becomes `?`, for terminals that know no other.
[[nodiscard]] std::string only_ascii(const std::string& text);
/// Words onto lines of at most this many characters; 0: one line.
[[nodiscard]] std::string wrapped(const std::string& text, std::size_t columns);

/// Columns padded to their widest cell (counted in characters), two spaces apart; the last one is
/// not padded.
[[nodiscard]] std::string table(const std::vector<std::vector<std::string>>& rows);
/// One line of such a table, over columns of these widths.
[[nodiscard]] std::string padded(const std::vector<std::string>& row,
                                 const std::vector<std::size_t>& widths);
/// How many characters a text has, not bytes.
[[nodiscard]] std::size_t characters(const std::string& text);

/// `12s`, `5m`, `3h`, `2d`.
[[nodiscard]] std::string age(Duration age);
/// `1 box`, `3 boxes`.
[[nodiscard]] std::string count_of(std::size_t count, const std::string& one,
                                   const std::string& many);

enum class Colour { None, Green, Yellow, Red };
[[nodiscard]] std::string coloured(const std::string& text, Colour colour, bool enabled);

/// Data to standard output. False: the reader has gone, end quietly. Any other failure to write
/// (a full disk) is said and remembered.
bool put_out(const std::string& text);
/// Whether nobody reads standard output any more, known before anything is written to it.
[[nodiscard]] bool reader_has_gone();
/// Whether something could not be written although its reader was there.
[[nodiscard]] bool output_was_lost();
/// Everything said to a person, to standard error.
void put_err(const std::string& text);
/// What came of a question; whoever asked need say no more.
enum class Answer { Yes, No, Interrupted };
/// Asks on the terminal; only `yes` agrees. No answer (end of input) is a no. Ends when stop is
/// requested (Ctrl-C), also while it waits.
[[nodiscard]] Answer ask(const std::string& question, const std::stop_token& stop);
[[nodiscard]] bool is_terminal(int fd);
/// Whether this stream gets colour: a terminal, and neither --no-color nor NO_COLOR nor a dumb one.
[[nodiscard]] bool wants_colour(const Options& options, int fd);
/// Columns of the terminal at standard error; 80 where it does not say.
[[nodiscard]] std::size_t terminal_width();
/// Columns to wrap prose at on this stream: COLUMNS, else the terminal's; 0: no terminal, no wrap.
[[nodiscard]] std::size_t prose_width(const Options& options, int fd);

}  // namespace boxwright::cli
