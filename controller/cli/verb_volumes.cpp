// volumes: what data there is, of whom, how much, and since when nobody used it.

#include <fmt/core.h>

#include <algorithm>

#include "controller/cli/exit_codes.h"
#include "controller/cli/session.h"
#include "controller/cli/suggestion.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verbs.h"
#include "controller/cli/volume_look.h"
#include "controller/cli/yaml_text.h"

namespace boxwright::cli {

namespace {

/// Names of boxes that have no volume; the nearest one that has is shown.
int say_missing(const Options& options, const std::vector<ShownVolume>& all) {
  int code = kOk;
  std::vector<std::string> known;
  known.reserve(all.size());
  for (const auto& volume : all)
    known.push_back(volume.box.str());
  for (const auto& name : options.names) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const auto near = nearest(name, known);
    put_err(fmt::format("boxwright: no volume of a box {} is there{}\n", printable(name),
                        near.empty() ? "; `boxwright volumes` lists all"
                                     : fmt::format("; did you mean `{}`?", printable(near))));
    code = kFailure;
  }
  return code;
}

void keep_chosen(const Options& options, std::vector<ShownVolume>& volumes) {
  std::erase_if(volumes, [&options](const auto& volume) {
    const auto& names = options.names;
    const bool named =
        names.empty() || std::find(names.begin(), names.end(), volume.box.str()) != names.end();
    return !named || (options.retained && volume.use != VolumeUse::Retained);
  });
}

void print(const Options& options, const LookedVolumes& looked) {
  const auto& volumes = looked.volumes;
  if (options.output == "json") {
    put_out(volume_list_json(volumes, looked.size_problem));
  } else if (options.output == "yaml") {
    put_out(yaml_from_json(volume_list_json(volumes, looked.size_problem)));
  } else if (options.output == "name") {
    for (const auto& volume : volumes)
      put_out(printable(volume.name.str()) + "\n");
  } else if (volumes.empty()) {
    put_err(options.retained ? "No data is retained.\n" : "There are no volumes.\n");
  } else {
    put_out(volume_table(volumes, looked.at, options.output == "wide"));
    put_err(volume_sum(volumes) + "\n");
  }
}

}  // namespace

int show_volumes(const Options& options, const std::stop_token& stop) {
  Session session(options);
  if (auto opened = session.open_for_reading(); !opened) return say_error(opened.error());
  auto looked = look_at_volumes(session, !options.no_size, stop);
  if (!looked) return say_error(looked.error());
  const int code = say_missing(options, looked->volumes);
  keep_chosen(options, looked->volumes);
  print(options, *looked);
  if (!looked->size_problem.empty()) {
    put_err(
        fmt::format("boxwright: sizes are unknown: {}\n", printable_lines(looked->size_problem)));
  }
  return code;
}

}  // namespace boxwright::cli
