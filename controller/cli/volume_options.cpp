#include "controller/cli/volume_options.h"

#include <CLI/CLI.hpp>

namespace boxwright::cli {

namespace {

void add_list(const MakeVerb& verb, Options& options) {
  auto* volumes = verb("volumes", "list the data: whose, how much, when it was used last",
                       "volumes --retained -o wide");
  volumes->add_option("boxes", options.names, "only of these");
  volumes->add_flag("--retained", options.retained, "only what removed boxes left");
  volumes->add_flag("--no-size", options.no_size, "do not measure, which takes a while");
}

}  // namespace

CLI::App* add_volume_verbs(const MakeVerb& verb, Options& options) {
  add_list(verb, options);
  auto* volume = verb("volume",
                      "copy A B, backup BOX FILE, restore BOX FILE: data of boxes at rest; BOX/KEY "
                      "names one volume",
                      "volume copy ada/workspace grace/workspace");
  volume->add_option("words", options.names, "copy, backup or restore, and what")->required();
  volume->add_flag("--merge", options.merge,
                   "into volumes that are not empty: files of the same name are replaced");
  volume->add_flag("-y,--yes", options.yes, "restore: also without the digest file");
  volume->add_flag("--dry-run", options.dry_run, "restore: check the backup, change nothing");
  volume->add_option("--helper-image", options.helper_image,
                     "an image for the container that lends the mounts (any of the box's)");
  auto* purge =
      verb("purge", "remove for good the data that a removed box left", "purge ada --confirm ada");
  purge->add_option("box", options.names, "the removed box's name, or the UID of its data")
      ->required()
      ->expected(1);
  purge->add_option("--volume", options.keys, "only the volume of this key; may be repeated")
      ->allow_extra_args(false);
  purge->add_option("--confirm", options.confirm,
                    "the box's name, instead of typing it at the question");
  return purge;
}

}  // namespace boxwright::cli
