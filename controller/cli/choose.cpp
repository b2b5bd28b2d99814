#include "controller/cli/choose.h"

#include "controller/cli/selector.h"

namespace boxwright::cli {

std::string choice_mistake(const Options& options) {
  const int ways =
      (options.names.empty() ? 0 : 1) + (options.selector.empty() ? 0 : 1) + (options.all ? 1 : 0);
  if (ways == 0) return "name a box, or give -l or --all";
  if (ways > 1) return "name boxes, give -l, or give --all; not two of them";
  return {};
}

Result<std::vector<std::string>> chosen_boxes(Session& session, const Options& options) {
  if (!options.names.empty()) return options.names;
  BW_TRY_ASSIGN(const auto terms, parse_selector(options.selector));
  BW_TRY_ASSIGN(const auto records, session.store().boxes());
  std::vector<std::string> names;
  for (const auto& record : records) {
    if (fits(terms, record.labels)) names.push_back(record.name.str());
  }
  if (names.empty()) {
    return fail(ErrorCode::NotFound, RetryClass::Terminal,
                "no box fits; `boxwright get` lists them");
  }
  return names;
}

}  // namespace boxwright::cli
