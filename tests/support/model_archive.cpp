// Files of the Docker model's containers as tar archives.

#include <archive.h>
#include <archive_entry.h>
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <memory>

#include "tests/support/docker_model.h"

namespace boxwright::test {

namespace {

/// Absolute paths of what a container sees: image, changes, volumes. Without links and odd files.
struct Tree {
  std::map<std::string, std::string> files;
  std::set<std::string> folders{"/"};

  void add_folder(const std::string& path) {
    for (std::size_t at = path.find('/', 1); at != std::string::npos; at = path.find('/', at + 1))
      folders.insert(path.substr(0, at));
    folders.insert(path);
  }
  void add_file(const std::string& path, const std::string& bytes) {
    add_folder(path.substr(0, std::max<std::size_t>(path.rfind('/'), 1)));
    files[path] = bytes;
  }
};

Tree see_without_volumes(const DockerModel& model, const ModelContainer& container) {
  Tree tree;
  if (const ModelImage* image = model.find_image(container.image_id.str())) {
    for (const auto& [path, directory] : image->content.directories) {
      tree.add_folder(path);
      for (const auto& [name, bytes] : directory.files)
        tree.add_file(path + "/" + name, bytes);
    }
  }
  for (const auto& [path, bytes] : container.layer)
    tree.add_file(path, bytes);
  // Where a volume is to lie, the engine makes a folder.
  for (const state::Mount& mount : container.config.mounts)
    tree.add_folder(mount.target);
  return tree;
}

Tree see(const DockerModel& model, const ModelContainer& container) {
  Tree tree = see_without_volumes(model, container);
  for (const state::Mount& mount : container.config.mounts) {
    std::erase_if(tree.files,
                  [&](const auto& file) { return file.first.starts_with(mount.target + "/"); });
    const ModelVolume* volume = model.find_volume(mount.volume);
    if (volume == nullptr) continue;
    for (const auto& [name, bytes] : volume->directory.files)
      tree.add_file(mount.target + "/" + name, bytes);
  }
  return tree;
}

using Writer = std::unique_ptr<archive, decltype(&archive_write_free)>;
using Entry = std::unique_ptr<archive_entry, decltype(&archive_entry_free)>;

void put(archive* out, const std::string& name, const std::string* bytes) {
  const Entry entry(archive_entry_new(), archive_entry_free);
  archive_entry_set_pathname(entry.get(), name.c_str());
  archive_entry_set_filetype(entry.get(), bytes == nullptr ? AE_IFDIR : AE_IFREG);
  archive_entry_set_perm(entry.get(), bytes == nullptr ? 0755 : 0644);
  archive_entry_set_size(entry.get(),
                         bytes == nullptr ? 0 : static_cast<la_int64_t>(bytes->size()));
  archive_write_header(out, entry.get());
  if (bytes != nullptr) archive_write_data(out, bytes->data(), bytes->size());
}

la_ssize_t collect(archive*, void* into, const void* data, std::size_t size) {
  static_cast<std::string*>(into)->append(static_cast<const char*>(data), size);
  return static_cast<la_ssize_t>(size);
}

/// The name of `path` in an archive of `top`: it begins with the last part of `top`.
std::string name_in(const std::string& top, const std::string& path) {
  return path.substr(top.rfind('/') + 1);
}

/// The engine mounts the volumes first, whatever is asked for.
std::optional<Refusal> mount_volumes(const DockerModel& model, const ModelContainer& container) {
  for (const state::Mount& mount : container.config.mounts) {
    const ModelVolume* volume = model.find_volume(mount.volume);
    if (volume == nullptr || !volume->directory_missing) continue;
    return Refusal{500, fmt::format("lstat /var/lib/docker/volumes/{}/_data: no such file or "
                                    "directory",
                                    mount.volume.str())};
  }
  return std::nullopt;
}

}  // namespace

tl::expected<std::string, Refusal> DockerModel::export_files(const std::string& who) const {
  const ModelContainer* container = find(who);
  if (container == nullptr) return tl::unexpected(Refusal{404, "No such container: " + who});
  if (container->state == state::ContainerState::Dead) {
    return tl::unexpected(
        Refusal{409, fmt::format("You cannot export container {} which is Dead", who)});
  }
  const Tree tree = see_without_volumes(*this, *container);
  std::string tar;
  const Writer out(archive_write_new(), archive_write_free);
  archive_write_set_format_pax_restricted(out.get());
  archive_write_open(out.get(), &tar, nullptr, collect, nullptr);
  for (const auto& folder : tree.folders) {
    if (folder != "/") put(out.get(), folder.substr(1) + "/", nullptr);
  }
  for (const auto& [file, bytes] : tree.files)
    put(out.get(), file.substr(1), &bytes);
  archive_write_close(out.get());
  return tar;
}

tl::expected<std::string, Refusal> DockerModel::read_archive(const std::string& who,
                                                             const std::string& path) const {
  const ModelContainer* container = find(who);
  if (container == nullptr) return tl::unexpected(Refusal{404, "No such container: " + who});
  if (const auto refused = mount_volumes(*this, *container)) return tl::unexpected(*refused);
  const Tree tree = see(*this, *container);
  const bool is_folder = tree.folders.contains(path);
  if (!is_folder && !tree.files.contains(path)) {
    return tl::unexpected(
        Refusal{404, fmt::format("Could not find the file {} in container {}", path, who)});
  }
  std::string tar;
  const Writer out(archive_write_new(), archive_write_free);
  archive_write_set_format_pax_restricted(out.get());
  archive_write_open(out.get(), &tar, nullptr, collect, nullptr);
  const std::string below = path == "/" ? path : path + "/";
  const auto lies_in = [&](const std::string& one) {
    return one == path || one.starts_with(below);
  };
  for (const auto& folder : tree.folders) {
    if (lies_in(folder)) put(out.get(), name_in(path, folder) + "/", nullptr);
  }
  for (const auto& [file, bytes] : tree.files) {
    if (lies_in(file)) put(out.get(), name_in(path, file), &bytes);
  }
  archive_write_close(out.get());
  return tar;
}

Answer DockerModel::write_archive(const std::string& who, const std::string& path,
                                  const std::string& tar) {
  ModelContainer* container = get(who);
  if (container == nullptr) return tl::unexpected(Refusal{404, "No such container: " + who});
  if (const auto refused = mount_volumes(*this, *container)) return tl::unexpected(*refused);
  if (!see(*this, *container).folders.contains(path)) {
    return tl::unexpected(
        Refusal{404, fmt::format("Could not find the file {} in container {}", path, who)});
  }
  const std::unique_ptr<archive, decltype(&archive_read_free)> in(archive_read_new(),
                                                                  archive_read_free);
  archive_read_support_format_tar(in.get());
  if (archive_read_open_memory(in.get(), tar.data(), tar.size()) != ARCHIVE_OK)
    return tl::unexpected(Refusal{500, "unexpected EOF"});
  archive_entry* entry = nullptr;
  int got = ARCHIVE_OK;
  while ((got = archive_read_next_header(in.get(), &entry)) == ARCHIVE_OK) {
    if (archive_entry_filetype(entry) != AE_IFREG) continue;
    std::string bytes;
    std::array<char, 4096> piece{};
    la_ssize_t size = 0;
    while ((size = archive_read_data(in.get(), piece.data(), piece.size())) > 0)
      bytes.append(piece.data(), static_cast<std::size_t>(size));
    if (size < 0) return tl::unexpected(Refusal{500, "unexpected EOF"});
    const std::string file = (path == "/" ? path : path + "/") + archive_entry_pathname(entry);
    const auto& mounts = container->config.mounts;
    const auto mount = std::ranges::find_if(
        mounts, [&](const state::Mount& one) { return file.starts_with(one.target + "/"); });
    if (mount == mounts.end()) {
      container->layer[file] = bytes;
    } else {
      write_file(mount->volume, file.substr(mount->target.size() + 1), bytes);
    }
  }
  if (got != ARCHIVE_EOF) return tl::unexpected(Refusal{500, "unexpected EOF"});
  return 200;
}

}  // namespace boxwright::test
