#include "controller/layers/save_layer.h"

#include <archive_entry.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "controller/layers/choose_paths.h"
#include "controller/layers/layer_packer.h"
#include "controller/layers/tar_splitter.h"

namespace boxwright::layers {

namespace {

/// More calls than this take longer than one reading of all files.
constexpr std::size_t kFetchesMax = 64;
constexpr std::size_t kToldMax = 10'000;

/// A name in an archive as an absolute path.
std::string path_of(const std::string& folder, const char* name) {
  std::string path = folder + "/" + name;
  while (path.size() > 1 && path.ends_with('/'))
    path.pop_back();
  return path;
}

std::string parent_of(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}

/// One archive in the making: what was put into it, and what could not be.
class Saving {
 public:
  Saving(engine::Engine& engine, const ContainerId& container, const Choice& choice,
         LayerSink& sink, std::stop_token stop)
      : engine_(engine),
        container_(container),
        choice_(choice),
        packer_(sink),
        stop_(std::move(stop)) {}

  Status read_each() {
    for (const auto& fetch : choice_.fetches)
      BW_TRY(read_one(fetch));
    return {};
  }

  /// One stream with everything in it, out of which the chosen paths are taken.
  Status read_all() {
    std::vector<std::string> lost_links;
    TarSplitter splitter(
        [&](archive_entry& entry) -> Status {
          taking_ = choice_.paths.contains(as_listed(path_of("", archive_entry_pathname(&entry))));
          if (!taking_) return {};
          const char* target = archive_entry_hardlink(&entry);
          if (target != nullptr && !packed_.contains(path_of("", target))) {
            // Its contents came with another name, which is not ours to keep.
            lost_links.push_back(path_of("", archive_entry_pathname(&entry)));
            taking_ = false;
            return {};
          }
          return pack(entry, "");
        },
        [this](std::string_view bytes) { return take(bytes); });
    BW_TRY(pump(splitter, [&](const engine::ArchiveSink& sink) {
      return engine_.read_all_files(container_, sink, stop_);
    }));
    for (const auto& path : lost_links)
      BW_TRY(read_one({path, true}));
    return {};
  }

  /// Into the note.
  Status end(LayerNote& note) {
    BW_TRY_ASSIGN(note.archive, packer_.end());
    note.files = packed_.size();
    note.size = size_;
    std::set<std::string> listed;
    for (const auto& path : packed_)
      listed.insert(as_listed(path));
    for (const auto& path : choice_.paths) {
      if (listed.contains(path) || note.left_out.size() >= kToldMax) continue;
      note.left_out.push_back({path, "the engine hands out no such file (a socket, or gone)"});
    }
    return {};
  }

 private:
  Status read_one(const Fetch& fetch) {
    bool had_folder = false;
    TarSplitter splitter(
        [&](archive_entry& entry) -> Status {
          enough_ = had_folder;
          taking_ = !enough_;
          if (enough_) return {};
          had_folder = !fetch.whole && archive_entry_filetype(&entry) == AE_IFDIR;
          return pack(entry, parent_of(fetch.path));
        },
        [this](std::string_view bytes) { return take(bytes); });
    return pump(splitter, [&](const engine::ArchiveSink& sink) {
      return engine_.read_archive(container_, fetch.path, sink, stop_);
    });
  }

  /// Lets the engine's stream go through the splitter; whose error it was is kept apart.
  template <class Read>
  Status pump(TarSplitter& splitter, const Read& read) {
    Status taken;
    enough_ = false;
    const Status told = read([&](std::string_view bytes) {
      taken = splitter.feed(bytes);
      return taken.has_value() && !enough_;
    });
    BW_TRY(taken);
    BW_TRY(told);
    return enough_ ? Status{} : splitter.finish();
  }

  Status pack(archive_entry& entry, const std::string& folder) {
    const auto path = path_of(folder, archive_entry_pathname(&entry));
    const bool is_folder = archive_entry_filetype(&entry) == AE_IFDIR;
    archive_entry_set_pathname(&entry, (path.substr(1) + (is_folder ? "/" : "")).c_str());
    if (const char* target = archive_entry_hardlink(&entry)) {
      archive_entry_set_hardlink(&entry, path_of(folder, target).substr(1).c_str());
    }
    BW_TRY(packer_.begin(entry));
    packed_.insert(path);
    return {};
  }

  Status take(std::string_view bytes) {
    if (!taking_) return {};
    size_.count += static_cast<std::int64_t>(bytes.size());
    return packer_.data(bytes);
  }

  engine::Engine& engine_;
  const ContainerId& container_;
  const Choice& choice_;
  LayerPacker packer_;
  std::stop_token stop_;
  std::set<std::string> packed_;
  Bytes size_{0};
  bool taking_ = false;
  bool enough_ = false;
};

/// The attempt that made the container; what cannot be a file's name is not taken from a label.
std::string first_name_for(const state::ObservedContainer& one) {
  const auto& attempt = one.owner.attempt.str();
  const bool is_plain = !attempt.empty() && attempt.size() <= 64 &&
                        std::all_of(attempt.begin(), attempt.end(),
                                    [](unsigned char c) { return std::isalnum(c) != 0; });
  return is_plain ? attempt : one.id.str();
}

/// One that takes nothing from anybody: files that were saved once are never written over, also
/// where the same container ran again since, and now has other files or cannot be saved.
std::string name_for(const std::vector<LayerNote>& notes, const state::ObservedContainer& one) {
  const auto first = first_name_for(one);
  std::string name = first;
  const auto is_taken = [&](const LayerNote& note) {
    const bool tells_something = note.archive || !note.deleted.empty();
    return note.name == name && (note.container != one.id || tells_something);
  };
  for (int next = 2; std::any_of(notes.begin(), notes.end(), is_taken); ++next)
    name = first + "-" + std::to_string(next);
  return name;
}

Result<LayerNote> new_note(const LayerFiles& files, const SaveOrder& order) {
  const auto& container = order.container;
  BW_TRY_ASSIGN(const auto notes, files.notes(order.uid));
  LayerNote note;
  note.box = order.box;
  note.uid = order.uid;
  note.name = name_for(notes, container);
  note.container = container.id;
  note.image = container.config.image;
  note.image_id = container.image_id;
  note.home = engine::homes_text(engine::homes_of(container));
  note.saved_at = order.now;
  note.keep_until = order.now + order.keep;
  note.finished_at = container.finished_at;
  return note;
}

enum class Way { EachPath, AllFiles };

Status save_archive(engine::Engine& engine, LayerFiles& files, const Choice& choice, Way way,
                    LayerNote& note, const std::stop_token& stop) {
  BW_TRY_ASSIGN(const auto sink, files.begin(note.uid, note.name));
  Saving saving(engine, note.container, choice, *sink, stop);
  BW_TRY(way == Way::EachPath ? saving.read_each() : saving.read_all());
  note.left_out.clear();
  BW_TRY(saving.end(note));
  return sink->keep();
}

/// The engine understood and said no: one path may be in its way, or a volume that is lost.
bool may_go_another_way(const Error& error) {
  return error.code == ErrorCode::Refused || error.code == ErrorCode::NotFound;
}

}  // namespace

Result<LayerNote> save_layer(engine::Engine& engine, LayerFiles& files, const SaveOrder& order,
                             const std::stop_token& stop) {
  BW_TRY_ASSIGN(auto note, new_note(files, order));
  BW_TRY_ASSIGN(const auto changes, engine.changed_paths(order.container.id, stop));
  auto choice = choose_paths(order.container, changes);
  note.deleted = std::move(choice.deleted);
  if (note.deleted.size() > kToldMax) note.deleted.resize(kToldMax);
  if (!choice.fetches.empty()) {
    const bool is_many = choice.fetches.size() > kFetchesMax;
    auto saved =
        save_archive(engine, files, choice, is_many ? Way::AllFiles : Way::EachPath, note, stop);
    if (!saved && !is_many && may_go_another_way(saved.error())) {
      saved = save_archive(engine, files, choice, Way::AllFiles, note, stop);
    }
    if (!saved) return tl::unexpected(saved.error());
  }
  BW_TRY(files.put_note(note));
  return note;
}

Status give_up_layer(LayerFiles& files, const SaveOrder& order, std::string why) {
  BW_TRY_ASSIGN(auto note, new_note(files, order));
  note.given_up = std::move(why);
  return files.put_note(note);
}

}  // namespace boxwright::layers
