// backup: both databases, consistently, also while a controller runs.

#include <fmt/core.h>

#include "controller/cli/exit_codes.h"
#include "controller/cli/session.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verbs.h"

namespace boxwright::cli {

int backup(const Options& options) {
  Session session(options);
  if (auto opened = session.open_for_reading(); !opened) return say_error(opened.error());
  const std::filesystem::path memory{options.names.front()};
  const std::filesystem::path desired{memory.string() + ".desired"};
  if (auto copied = session.store().backup_to(memory); !copied) return say_error(copied.error());
  if (auto copied = session.desired().backup_to(desired); !copied) return say_error(copied.error());
  put_err(fmt::format("copied to {} and {}\n", printable(memory.string()),
                      printable(desired.string())));
  return kOk;
}

}  // namespace boxwright::cli
