#include "specs/source/snapshot.h"

#include <fmt/format.h>

#include <tuple>

namespace boxwright::specs {

std::string Problem::to_line() const {
  const std::string said = hint.empty() ? message : message + "; " + hint;
  if (at.line == 0) return fmt::format("{}: error[{}]: {}", file, code, said);
  return fmt::format("{}:{}:{}: error[{}]: {}", file, at.line, at.column, code, said);
}

bool operator<(const Problem& a, const Problem& b) {
  return std::tie(a.file, a.at, a.code, a.message, a.hint, a.box) <
         std::tie(b.file, b.at, b.code, b.message, b.hint, b.box);
}

}  // namespace boxwright::specs
