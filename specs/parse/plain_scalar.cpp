#include "specs/parse/plain_scalar.h"

#include <algorithm>
#include <initializer_list>

namespace boxwright::specs {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

bool one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

/// Takes digits (and `others`) off the front; how many.
std::size_t take(std::string_view& text, std::string_view others = {}) {
  std::size_t count = 0;
  while (count < text.size() &&
         (is_digit(text[count]) || others.find(text[count]) != std::string_view::npos))
    ++count;
  text.remove_prefix(count);
  return count;
}

bool is_hexadecimal(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_digit(c) || c == '_' || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
}

/// `0x1F`, `0o17`, `0b10`, `017`.
const char* based_number(std::string_view text) {
  if (text.size() < 2 || text[0] != '0') return nullptr;
  const std::string_view rest = text.substr(2);
  if (text[1] == 'x' && is_hexadecimal(rest)) return "a hexadecimal number";
  if (text[1] == 'o' && all_digits(rest)) return "an octal number";
  if (text[1] == 'b' && !rest.empty() && rest.find_first_not_of("01_") == std::string_view::npos) {
    return "a binary number";
  }
  return text.find_first_not_of("0123456789_") == std::string_view::npos ? "an octal number"
                                                                         : nullptr;
}

/// `1:30`, `190:20:30.15`.
bool is_sexagesimal(std::string_view text) {
  if (take(text, "_") == 0 || text.empty() || text[0] != ':') return false;
  while (!text.empty() && text[0] == ':') {
    text.remove_prefix(1);
    const std::size_t digits = take(text);
    if (digits == 0 || digits > 2) return false;
  }
  if (!text.empty() && text[0] == '.') {
    text.remove_prefix(1);
    take(text, "_");
  }
  return text.empty();
}

/// `2026-11-26`, and with a time behind it.
bool is_date(std::string_view text) {
  if (take(text) != 4 || text.empty() || text[0] != '-') return false;
  text.remove_prefix(1);
  const std::size_t month = take(text);
  if (month == 0 || month > 2 || text.empty() || text[0] != '-') return false;
  text.remove_prefix(1);
  const std::size_t day = take(text);
  if (day == 0 || day > 2) return false;
  if (text.empty()) return true;
  return one_of(text.substr(0, 1), {"T", "t", " "}) && text.find(':') != std::string_view::npos &&
         text.find_first_not_of("0123456789:.-+TtZz ") == std::string_view::npos;
}

/// Any other number: an exponent, separators, a sign `+`, a bare point, digits that a reader drops.
bool is_odd_number(std::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  const std::size_t whole = take(text, "_");
  std::size_t fraction = 0;
  if (!text.empty() && text[0] == '.') {
    text.remove_prefix(1);
    fraction = take(text, "_");
  }
  if (whole + fraction == 0) return false;
  if (!text.empty() && (text[0] == 'e' || text[0] == 'E')) {
    text.remove_prefix(1);
    if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
    return all_digits(text);
  }
  return text.empty();
}

}  // namespace

bool is_true_or_false(std::string_view text) {
  return text == "true" || text == "false";
}

bool is_number(std::string_view text) {
  constexpr std::size_t kDigitsMax = 15;  // As many as a double keeps.
  if (text.starts_with('-')) text.remove_prefix(1);
  if (text.size() > kDigitsMax) return false;
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  if (!all_digits(whole) || (whole.size() > 1 && whole[0] == '0')) return false;
  if (point == std::string_view::npos) return true;
  // `1.10` comes back as 1.1.
  const std::string_view fraction = text.substr(point + 1);
  return all_digits(fraction) && fraction.back() != '0';
}

const char* other_meaning(std::string_view text) {
  if (is_true_or_false(text) || is_number(text)) return nullptr;
  if (one_of(text, {"y",  "Y",  "yes", "Yes", "YES", "n",   "N",    "no",   "No",    "NO",
                    "on", "On", "ON",  "off", "Off", "OFF", "True", "TRUE", "False", "FALSE"})) {
    return "true or false";
  }
  std::string_view unsigned_text = text;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) unsigned_text.remove_prefix(1);
  if (one_of(unsigned_text, {".inf", ".Inf", ".INF"})) return "infinity";
  if (one_of(text, {".nan", ".NaN", ".NAN"})) return "no number";
  if (const char* const based = based_number(unsigned_text)) return based;
  if (is_sexagesimal(unsigned_text)) return "a number to the base 60";
  if (is_date(text)) return "a date";
  return is_odd_number(text) ? "a number" : nullptr;
}

}  // namespace boxwright::specs
