// restore: the data that an earlier box left, listed, or given to the box of that name.

#include <nlohmann/json.hpp>

#include "controller/cli/exit_codes.h"
#include "controller/cli/session.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verbs.h"
#include "controller/cli/yaml_text.h"

namespace boxwright::cli {

namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words)
    text += (text.empty() ? "" : ",") + word;
  return text;
}

std::string retained_json(const std::vector<state::RetainedData>& all) {
  auto items = nlohmann::json::array();
  for (const auto& one : all) {
    items.push_back({{"name", one.name.str()},
                     {"uid", one.uid.str()},
                     {"owner", one.owner},
                     {"volumes", one.keys},
                     {"since", to_rfc3339(one.since)}});
  }
  const nlohmann::json root = {
      {"apiVersion", "boxwright.dev/v1"}, {"kind", "RetainedDataList"}, {"items", items}};
  return inert_json(root.dump(2, ' ', false, nlohmann::json::error_handler_t::replace)) + "\n";
}

std::string retained_table(const std::vector<state::RetainedData>& all, WallTime now) {
  std::vector<std::vector<std::string>> rows{{"NAME", "OWNER", "SINCE", "VOLUMES"}};
  for (const auto& one : all) {
    rows.push_back({printable(one.name.str()), one.owner.empty() ? "-" : printable(one.owner),
                    age(now - one.since) + " ago", printable(joined(one.keys))});
  }
  return table(rows);
}

int list_retained(const Options& options) {
  Session session(options);
  if (auto opened = session.open_for_reading(); !opened) return say_error(opened.error());
  const auto all = session.store().retained();
  if (!all) return say_error(all.error());
  if (options.output == "json") {
    put_out(retained_json(*all));
  } else if (options.output == "yaml") {
    put_out(yaml_from_json(retained_json(*all)));
  } else if (all->empty()) {
    put_err("No data is retained.\n");
  } else if (options.output == "name") {
    for (const auto& one : *all)
      put_out(printable(one.name.str()) + "\n");
  } else {
    put_out(retained_table(*all, session.clock().wall_now()));
    put_err("Declare a box of that name again, and `boxwright restore NAME` gives it the data.\n");
  }
  return kOk;
}

}  // namespace

int restore(const Options& options, const std::stop_token& stop) {
  return options.names.empty() ? list_retained(options) : make_request(options, stop);
}

}  // namespace boxwright::cli
