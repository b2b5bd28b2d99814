#include "controller/cli/verb_groups.h"

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

void add_layers(const MakeVerb& verb, Options& options) {
  auto* layer = verb("layer", "files saved of containers that are gone: list, show, restore",
                     "layer restore ada");
  layer
      ->add_option("words", options.names,
                   "list [BOX], show BOX [LAYER] or restore BOX [LAYER]; without a layer: the "
                   "newest with files")
      ->required();
  layer->add_option("--to", options.to, "restore into this folder, not into the box");
  layer->add_flag("-y,--yes", options.yes, "do not ask, and replace files of the same name");
}

}  // namespace

CLI::App* add_data_verbs(const MakeVerb& verb, Options& options) {
  add_list(verb, options);
  add_layers(verb, options);
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

CLI::App* add_history_verbs(const MakeVerb& verb, Options& options) {
  auto* history =
      verb("history", "the last generations of boxes: image, outcome, what changed", "history ada");
  history->add_option("boxes", options.names, "boxes")->required();
  auto* diff = verb("diff", "what differs between two generations of a box", "diff ada 3 5");
  diff->add_option("box-from-to", options.names,
                   "a box, a generation, and another (now); `declared` is what its source says")
      ->required()
      ->expected(2, 3);
  diff->add_flag("--detailed-exitcode", options.detailed_exitcode,
                 "0 no difference, 2 differences, 1 error");
  auto* rollback =
      verb("rollback", "go back to an earlier generation and stay there", "rollback ada --to 3");
  rollback->add_option("box", options.names, "the box")->required()->expected(1);
  rollback->add_option("--to", options.rollback_to,
                       "generation, as `history` shows it (the last good one before this)");
  rollback->add_flag("--undo", options.undo, "follow its declaration again");
  rollback->add_flag("-y,--yes", options.yes, "do not ask");
  rollback->add_flag("--dry-run", options.dry_run, "show what would be done only");
  return rollback;
}

void add_writing_verbs(const MakeVerb& verb, Options& options) {
  verb("explain", "say what a field or an error code means", "explain resources.memory")
      ->add_option("what", options.names, "a field, a kind, or a code such as BW0103")
      ->required()
      ->expected(1);
  verb("schema", "print the JSON Schema of specs, for editors", "schema > boxwright.schema.json");
  auto* format =
      verb("fmt", "rewrite files of specs in canonical form, comments kept", "fmt boxes/*.yaml");
  format->add_option("files", options.names, "files")->required();
  format->add_flag("--check", options.check, "only list files that would change, exit 1 if any");
  auto* init = verb("init", "make a folder a source: a marker and a first box", "init boxes");
  init->add_option("folder", options.names, "folder")->required()->expected(1);
  init->add_option("--image", options.image, "of the first box (box-base:1)");
  auto* fresh = verb("new", "write the file of a new box", "new grace -f boxes");
  fresh->add_option("name", options.names, "the box's name")->required()->expected(1);
  fresh->add_option("-f,--folder", options.folders, "the source's folder (.)")->expected(1);
  fresh->add_option("--image", options.image, "of the box (box-base:1)");
}

}  // namespace boxwright::cli
