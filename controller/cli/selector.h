#pragma once
// Which boxes are meant: by label and by condition. Pure.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "specs/base/error.h"
#include "state/records.h"

namespace boxwright::cli {

/// One term about a label: `k=v`, `k==v`, `k!=v`, `k in (a,b)`, `k notin (a,b)`, `k`, `!k`.
struct LabelTerm {
  std::string key;
  std::set<std::string> values;  ///< Empty: only whether the key is there.
  bool negated = false;

  /// As kubectl has it, a negated term also fits where the key is absent.
  [[nodiscard]] bool fits(const std::map<std::string, std::string>& labels) const;
};

/// Terms with commas between them; all must fit. InvalidSpec, with what is meant, on anything else.
[[nodiscard]] Result<std::vector<LabelTerm>> parse_selector(const std::string& text);
[[nodiscard]] bool fits(const std::vector<LabelTerm>& terms,
                        const std::map<std::string, std::string>& labels);

/// One term about a condition: `Stalled`, `!Ready`, `Ready=False`, `Stalled=VolumeLost`.
struct ConditionTerm {
  std::string type;
  std::string value = "True";  ///< A status, or a reason.
  bool negated = false;

  /// A condition that is absent counts as False.
  [[nodiscard]] bool fits(const state::BoxStatus& status) const;
};

/// InvalidSpec for a type that no box ever has, with the nearest one. Case does not matter.
[[nodiscard]] Result<ConditionTerm> parse_condition(const std::string& text);
/// Every type that a box may have.
[[nodiscard]] const std::vector<std::string>& condition_types();

}  // namespace boxwright::cli
