#pragma once
// Private to the table of a Box's fields: how a value that takes more than a line is taken over.

#include <string_view>

#include "specs/parse/draft.h"
#include "specs/parse/field.h"

namespace boxwright::specs {

[[nodiscard]] Verdict set_time_of_day(const Given& g, bool is_end, int& into);
[[nodiscard]] Verdict set_zone(Draft& d, const Given& g);
[[nodiscard]] Verdict set_health_http(Draft& d, const Given& g);
[[nodiscard]] Verdict set_health_shell(Draft& d, const Given& g);
[[nodiscard]] Verdict add_health_argument(Draft& d, const Given& g);
[[nodiscard]] Verdict set_health_none(Draft& d, const Given& g);
[[nodiscard]] Verdict set_grace(Draft& d, const Given& g);
[[nodiscard]] VolumeDraft& volume(Draft& d, std::string_view key);
/// The key, whatever is under it, and the short form's path.
[[nodiscard]] Verdict set_volume(Draft& d, const Given& g);
[[nodiscard]] Verdict set_variable(Draft& d, const Given& g);
[[nodiscard]] Verdict set_secret(Draft& d, const Given& g);
[[nodiscard]] Verdict add_port(Draft& d, const Given& g);

}  // namespace boxwright::specs
