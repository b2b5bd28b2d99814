// layer: what was saved of containers that are gone, listed, looked into and given back.

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "controller/cli/exit_codes.h"
#include "controller/cli/layer_text.h"
#include "controller/cli/session.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verbs.h"
#include "controller/cli/yaml_text.h"
#include "controller/layers/restore_layer.h"
#include "specs/base/units.h"
#include "state/ownership.h"

namespace boxwright::cli {

namespace {

using layers::LayerNote;

constexpr std::size_t kPathsShown = 10;

std::string word(const Options& options, std::size_t index) {
  return index < options.names.size() ? options.names[index] : std::string{};
}

int usage(const char* mistake) {
  put_err(fmt::format("boxwright layer: {}\n", mistake));
  return kUsage;
}

/// Prints JSON as it is wanted; false: text is wanted.
bool put_data(const Options& options, const std::string& json) {
  if (options.output != "json" && options.output != "yaml") return false;
  put_out(options.output == "json" ? json : yaml_from_json(json));
  return true;
}

int list(const Options& options, Session& session) {
  auto notes = session.layers().notes({});
  if (!notes) return say_error(notes.error());
  const auto box = word(options, 1);
  if (!box.empty()) *notes = layers_of(*notes, box, "");
  if (put_data(options, layers_json(*notes))) return kOk;
  const auto text = layers_table(*notes, options.output == "wide", session.clock().wall_now());
  if (text.empty()) put_err("No layer is saved.\n");
  put_out(text);
  return kOk;
}

/// The one that is meant: named by its beginning, else the newest in which anything is.
Result<LayerNote> choose(const Options& options, Session& session) {
  BW_TRY_ASSIGN(const auto all, session.layers().notes({}));
  const auto box = word(options, 1);
  const auto start = word(options, 2);
  auto found = layers_of(all, box, start);
  if (start.empty()) {
    std::erase_if(found, [](const auto& note) { return !has_files(note); });
    if (!found.empty()) return found.back();
  }
  if (found.size() == 1) return found.front();
  if (found.size() > 1) {
    return fail(ErrorCode::Conflict, RetryClass::Terminal,
                "{} layers of box {} begin with {}; write more of the name", found.size(), box,
                start);
  }
  return fail(ErrorCode::NotFound, RetryClass::Terminal,
              "no {} of box {}; `boxwright layer list` shows what there is",
              start.empty() ? "layer is saved" : "saved layer " + start, box);
}

int show(const Options& options, Session& session) {
  const auto note = choose(options, session);
  if (!note) return say_error(note.error());
  const auto entries = layers::list_entries(session.layers(), *note);
  if (!entries) return say_error(entries.error());
  if (!put_data(options, layer_json(*note, *entries))) put_out(layer_text(*note, *entries));
  return kOk;
}

/// What the files go into, read just now by its labels.
Result<state::ObservedContainer> find_container(Session& session, const LayerNote& note,
                                                bool was_named, const std::stop_token& stop) {
  BW_TRY_ASSIGN(const auto record, session.store().box(note.box));
  if (!record) {
    return fail(ErrorCode::NotFound, RetryClass::Terminal,
                "box {} is gone; `--to FOLDER` gives its files back all the same", note.box.str());
  }
  if (record->uid != note.uid && !was_named) {
    return fail(ErrorCode::Conflict, RetryClass::Terminal,
                "layer {} is of an earlier box {}; name the layer if its files are meant for this "
                "one",
                note.name, note.box.str());
  }
  engine::BoxQuery query;
  query.installation = session.installation();
  query.uid = record->uid;
  query.name = record->name;
  BW_TRY_ASSIGN(const auto observed, session.engine().observe_box(query, stop));
  const auto name = state::container_name(record->name);
  for (const auto& container : observed.containers) {
    const bool is_right = container.name == name && container.owner.uid == record->uid &&
                          container.owner.role == state::kRoleBox;
    if (is_right) return container;
  }
  return fail(ErrorCode::NotFound, RetryClass::Terminal,
              "box {} has no container at present; `boxwright why {}` says why", note.box.str(),
              note.box.str());
}

void say_contents(const LayerNote& note, const std::vector<layers::LayerEntry>& entries,
                  const std::string& where) {
  put_err(
      fmt::format("{}, {}, saved {} from the container that box {} had then, go {}; files of "
                  "the same name are replaced:\n",
                  count_of(note.files, "file", "files"), to_string(note.size),
                  to_rfc3339(note.saved_at), printable(note.box.str()), printable(where)));
  for (std::size_t i = 0; i < std::min(entries.size(), kPathsShown); ++i)
    put_err("  " + printable(entries[i].path) + "\n");
  if (entries.size() > kPathsShown)
    put_err(fmt::format("  ... and {} more\n", entries.size() - kPathsShown));
}

/// kOk: go on.
int agree(const Options& options, Session& session, const LayerNote& note, const std::string& where,
          const std::stop_token& stop) {
  if (options.yes) return kOk;
  if (!is_terminal(STDIN_FILENO)) {
    return usage("restore asks before it writes, and there is no terminal; give `--yes`");
  }
  const auto entries = layers::list_entries(session.layers(), note);
  if (!entries) return say_error(entries.error());
  say_contents(note, *entries, where);
  const auto answer = ask("Do this?", stop);
  if (answer == Answer::Yes) return kOk;
  return answer == Answer::No ? kFailure : kInterrupted;
}

void say_restored(const LayerNote& note, const std::string& where) {
  put_err(fmt::format("{} of box {} given back {}\n", count_of(note.files, "file", "files"),
                      printable(note.box.str()), printable(where)));
}

int restore_to_folder(const Options& options, Session& session, const LayerNote& note) {
  const std::filesystem::path folder = options.to;
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return say_error({ErrorCode::Unavailable, RetryClass::Terminal,
                      fmt::format("cannot make the folder {}", folder.string())});
  }
  std::error_code error;
  if (!options.yes && !std::filesystem::is_empty(folder, error) && !error) {
    return say_error(
        {ErrorCode::Conflict, RetryClass::Terminal,
         fmt::format("{} is not empty; give `--yes` if files in it may be replaced, or "
                     "name another folder",
                     folder.string())});
  }
  if (auto done = layers::restore_into_folder(session.layers(), note, folder); !done)
    return say_error(done.error());
  say_restored(note, "into " + folder.string());
  return kOk;
}

int restore_to_box(const Options& options, Session& session, const LayerNote& note,
                   const std::stop_token& stop) {
  const bool was_named = !word(options, 2).empty();
  const std::string where = "into box " + note.box.str();
  auto container = find_container(session, note, was_named, stop);
  if (!container) return say_error(container.error());
  if (const int agreed = agree(options, session, note, where, stop); agreed != kOk) return agreed;
  // Somebody thought about it for a while.
  container = find_container(session, note, was_named, stop);
  if (!container) return say_error(container.error());
  if (auto done = layers::restore_into_container(session.engine(), session.layers(), note,
                                                 container->id, stop);
      !done) {
    return say_error(done.error());
  }
  say_restored(note, where);
  return kOk;
}

int restore_layer(const Options& options, Session& session, const std::stop_token& stop) {
  const auto note = choose(options, session);
  if (!note) return say_error(note.error());
  if (!has_files(*note)) {
    return say_error(
        {ErrorCode::NotFound, RetryClass::Terminal,
         fmt::format("layer {} of box {} holds no files", note->name, note->box.str())});
  }
  return options.to.empty() ? restore_to_box(options, session, *note, stop)
                            : restore_to_folder(options, session, *note);
}

}  // namespace

int layer(const Options& options, const std::stop_token& stop) {
  const auto what = word(options, 0);
  const bool is_list = what == "list" && options.names.size() <= 2;
  const bool names_box = options.names.size() == 2 || options.names.size() == 3;
  if (!is_list && !((what == "show" || what == "restore") && names_box)) {
    return usage(
        "it is `layer list [BOX]`, `layer show BOX [LAYER]` or `layer restore BOX [LAYER]`");
  }
  Session session(options);
  if (auto opened = session.open_for_reading(); !opened) return say_error(opened.error());
  if (what == "list") return list(options, session);
  if (what == "show") return show(options, session);
  return restore_layer(options, session, stop);
}

}  // namespace boxwright::cli
