#include "controller/cli/verb_volume.h"

#include <fmt/core.h>

#include "controller/cli/exit_codes.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verbs.h"
#include "controller/cli/volume_work.h"
#include "controller/cli/yaml_text.h"

namespace boxwright::cli {

void say_listings(const Options& options, const std::string& verb, const BoxName& box,
                  const VolumeListings& listings) {
  if (options.output == "json") {
    put_out(listings_json(verb, box, listings));
  } else if (options.output == "yaml") {
    put_out(yaml_from_json(listings_json(verb, box, listings)));
  } else if (options.output == "name") {
    for (const auto& [key, listing] : listings)
      put_out(printable(key) + "\n");
  } else {
    put_out(listings_table(listings));
  }
}

int work_on_volumes(const Options& options, const std::stop_token& stop) {
  const auto& words = options.names;
  constexpr std::size_t kWords = 3;
  if (words.size() == kWords && words.front() == "copy") return copy_volume(options, stop);
  if (words.size() == kWords && words.front() == "backup") return backup_volumes(options, stop);
  if (words.size() == kWords && words.front() == "restore") return restore_volumes(options, stop);
  put_err(
      "boxwright volume: it is `volume copy A[/KEY] B[/KEY]`, `volume backup BOX[/KEY] FILE` or "
      "`volume restore BOX[/KEY] FILE`\n");
  return kUsage;
}

}  // namespace boxwright::cli
