#include "specs/source/snapshot.h"

#include <fmt/format.h>

namespace boxwright::specs {

std::string Problem::to_line() const {
  if (at.line == 0) return fmt::format("{}: error[{}]: {}", file, code, message);
  return fmt::format("{}:{}:{}: error[{}]: {}", file, at.line, at.column, code, message);
}

}  // namespace boxwright::specs
