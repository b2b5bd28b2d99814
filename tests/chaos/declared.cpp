#include "tests/chaos/declared.h"

#include <fmt/core.h>

#include <fstream>

namespace boxwright::chaos {

namespace fs = std::filesystem;

namespace {

void put(const fs::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary) << text;
}

/// As an editor that is careful does it.
void put_whole(const fs::path& file, const std::string& text) {
  const fs::path beside = file.parent_path() / ("." + file.filename().string() + ".new");
  put(beside, text);
  fs::rename(beside, file);
}

}  // namespace

Declared::Declared(fs::path folder, int boxes) : folder_(std::move(folder)) {
  put(folder_ / "boxwright.yaml",
      "apiVersion: boxwright.dev/v1\nkind: Source\nmetadata: {name: chaos}\nspec:\n"
      "  pruneDelay: 1s\n");
  for (int i = 0; i < boxes; ++i) {
    const std::string name = fmt::format("c{}", i);
    boxes_[name] = DeclaredBox{};
    put(folder_ / (name + ".yaml"), text_of(name, boxes_[name]));
  }
}

std::vector<std::string> Declared::names() const {
  std::vector<std::string> names;
  for (const auto& [name, box] : boxes_)
    names.push_back(name);
  return names;
}

std::string Declared::text_of(const std::string& name, const DeclaredBox& box) {
  return fmt::format(
             "apiVersion: boxwright.dev/v1\nkind: Box\n"
             "metadata: {{name: {}, owner: {}@example.org}}\nspec:\n"
             "  resources: {{cpus: {:.2f}, memory: {}MiB, pids: 64}}\n  stopGracePeriod: 1s\n"
             "  env: {{REVISION: 'r{}'}}\n  power: {}\n",
             name, name, box.centi_cpus / 100.0, box.memory_mib, box.revision,
             box.stopped ? "stopped" : "running") +
         (box.fault.find("image:") == std::string::npos ? fmt::format("  image: {}\n", box.image)
                                                        : std::string{}) +
         box.fault;
}

void Declared::write(const std::string& name, Chance& chance) const {
  const DeclaredBox& box = boxes_.at(name);
  const fs::path file = folder_ / (name + ".yaml");
  if (box.absent) {
    fs::remove(file);
    return;
  }
  const std::string text = text_of(name, box);
  if (!chance.one_in(4)) {
    put_whole(file, text);
    return;
  }
  // As one that is not careful, caught in the middle.
  put(file, text.substr(0, chance.below(text.size())));
  put(file, text);
}

void Declared::mend() {
  for (auto& [name, box] : boxes_) {
    if (!box.fault.empty()) ++box.revision;
    box.fault.clear();
    box.stopped = false;
    box.absent = false;
  }
}

}  // namespace boxwright::chaos
