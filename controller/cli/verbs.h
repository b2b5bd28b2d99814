#pragma once
// One function a verb: parsing is done; call, print, give the exit code.

#include <stop_token>

#include "controller/cli/options.h"
#include "specs/base/error.h"

namespace boxwright::cli {

int run_controller(const Options& options, const std::stop_token& stop);
int show_plan(const Options& options, const std::stop_token& stop);
int apply(const Options& options, const std::stop_token& stop);
int validate(const Options& options, const std::stop_token& stop);
int get(const Options& options, const std::stop_token& stop);
int describe(const Options& options, const std::stop_token& stop);
int show_events(const Options& options, const std::stop_token& stop);
int wait_for_boxes(const Options& options, const std::stop_token& stop);
int delete_boxes(const Options& options, const std::stop_token& stop);
/// accept, confirm-prune, source move, restart, rollout, suspend, resume.
int make_request(const Options& options, const std::stop_token& stop);
int list_sources(const Options& options);
int explain_state(const Options& options, const std::stop_token& stop);  ///< `why`.
int show_history(const Options& options);
int show_diff(const Options& options);
int roll_back(const Options& options, const std::stop_token& stop);
int restore(const Options& options, const std::stop_token& stop);
int show_volumes(const Options& options, const std::stop_token& stop);
int work_on_volumes(const Options& options, const std::stop_token& stop);  ///< `volume ...`.
int purge_data(const Options& options, const std::stop_token& stop);
/// layer list, layer show, layer restore.
int layer(const Options& options, const std::stop_token& stop);
int show_version(const Options& options);
int print_completion(const Options& options);
int complete(const Options& options);  ///< Words for a shell, one a line; silent whatever happens.
int document(const Options& options);  ///< The pages that are generated: `man`, `markdown`.
int backup(const Options& options);
int explain(const Options& options);
int print_schema();
int format_files(const Options& options);
int init_folder(const Options& options);
int new_box(const Options& options);

/// Says an error and gives its exit code.
int say_error(const Error& error);
/// The same of a source; where its marker is wrong, everything wrong in the folders is shown.
int say_source_error(const Options& options, const Error& error,
                     const std::vector<std::string>& folders);

}  // namespace boxwright::cli
