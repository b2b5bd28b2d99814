#include "controller/cli/act_alone.h"

#include <pwd.h>
#include <unistd.h>

#include "controller/cli/progress.h"
#include "controller/cli/session.h"
#include "controller/cli/terminal.h"
#include "specs/source/folder_source.h"

namespace boxwright::cli {

Duration order_timeout(const Options& options) {
  constexpr Duration kDefault{120'000};
  return options.timeout.value_or(kDefault);
}

std::string order_giver() {
  const auto* entry = ::getpwuid(::getuid());
  return entry == nullptr ? "uid " + std::to_string(::getuid()) : entry->pw_name;
}

Status act_alone(const Options& options, const OrderScope& scope, const std::stop_token& stop) {
  Session session(options);
  BW_TRY(session.open_for_acting(options.verb, stop));
  BW_TRY_ASSIGN(const auto folders, session.known_folders(scope.source));
  reconcile::Loop::Bounded bounded;
  bounded.timeout = order_timeout(options);
  if (!scope.all_boxes) bounded.only = scope.boxes;
  const bool terminal = wants_colour(options, STDERR_FILENO);
  Progress progress({terminal, terminal_width(), terminal, !terminal}, put_err, session.clock());
  const Ticking ticking(progress);
  reconcile::Loop loop(session.loop_parts(progress.announcer()));
  for (const auto& folder : folders)
    loop.add_source(specs::open_folder_source(folder));
  loop.add_source(state::make_table_source(session.desired(), session.desired_file()));
  BW_TRY(loop.run_until_settled(bounded, stop));
  return {};
}

}  // namespace boxwright::cli
