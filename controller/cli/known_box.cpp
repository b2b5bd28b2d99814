#include "controller/cli/known_box.h"

#include <fmt/core.h>

#include "controller/cli/suggestion.h"

namespace boxwright::cli {

Result<state::BoxRecord> known_box(Session& session, const std::string& name) {
  BW_TRY_ASSIGN(auto boxes, session.store().boxes());
  std::vector<std::string> names;
  for (auto& box : boxes) {
    if (box.name.str() == name) return std::move(box);
    names.push_back(box.name.str());
  }
  const auto near = nearest(name, names);
  return fail(ErrorCode::NotFound, RetryClass::Terminal, "there is no box {}; {}", name,
              near.empty() ? std::string{"`boxwright get` lists them"}
                           : fmt::format("did you mean `{}`?", near));
}

}  // namespace boxwright::cli
