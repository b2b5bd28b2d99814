#pragma once
// What `boxwright explain BW0103` and the page of errors say of each code.

#include <span>
#include <string_view>

#include "specs/parse/codes.h"

namespace boxwright::specs {

/// One code at length. `wrong` and `right` are lines under `spec:` of a Box whose image is set, or
/// whole documents where they begin with `apiVersion`; tests read them. Empty: nothing that one
/// text could show.
struct Explanation {
  Code code;
  std::string_view why;
  std::string_view wrong = {};
  std::string_view right = {};
};

/// One for each code, in order.
[[nodiscard]] std::span<const Explanation> explanations();

}  // namespace boxwright::specs
