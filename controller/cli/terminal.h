#pragma once
// What a person sees: no raw control characters, colour only where it is wanted.

#include <string>
#include <vector>

#include "specs/base/clock.h"

namespace boxwright::cli {

/// Control characters (also those of UTF-8's C1 range) become `?`; newlines become spaces.
[[nodiscard]] std::string printable(const std::string& text);

/// Columns padded to their widest cell, two spaces apart; the last one is not padded.
[[nodiscard]] std::string table(const std::vector<std::vector<std::string>>& rows);

/// `12s`, `5m`, `3h`, `2d`.
[[nodiscard]] std::string age(Duration age);

enum class Colour { None, Green, Yellow, Red };
[[nodiscard]] std::string coloured(const std::string& text, Colour colour, bool enabled);

/// Data to standard output. False: the reader has gone, end quietly.
bool put_out(const std::string& text);
/// Everything said to a person, to standard error.
void put_err(const std::string& text);
/// Asks on the terminal; only `yes` agrees.
[[nodiscard]] bool ask(const std::string& question);
[[nodiscard]] bool is_terminal(int fd);

}  // namespace boxwright::cli
