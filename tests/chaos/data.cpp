#include "tests/chaos/data.h"

#include <fmt/core.h>

#include <array>
#include <fstream>

namespace boxwright::chaos {

namespace {

constexpr std::array<const char*, 4> kKeys{"cache", "config", "inbox", "workspace"};

std::map<std::string, std::string> uids_of_volumes(Stage& stage) {
  std::map<std::string, std::string> uids;
  const auto list = nlohmann::json::parse(stage.engine().must("GET", "/volumes")).at("Volumes");
  for (const auto& volume : list) {
    const auto& labels = volume.at("Labels");
    uids[volume.at("Name")] = labels.is_object() ? labels.value("dev.boxwright.uid", "") : "";
  }
  return uids;
}

}  // namespace

void Data::put(Stage& stage, const std::vector<std::string>& boxes, Chance& chance) {
  const auto uids = uids_of_volumes(stage);
  for (const auto& box : boxes) {
    for (const auto* key : kKeys) {
      const auto volume = fmt::format("box-{}-{}", box, key);
      content_[volume] = chance.bytes(static_cast<std::size_t>(chance.between(1, 20'000)));
      uids_[volume] = uids.at(volume);
      std::ofstream(stage.volume_folder(volume) / "data", std::ios::binary) << content_[volume];
    }
  }
}

std::string Data::missing(const Stage& stage) const {
  std::string out;
  for (const auto& [volume, content] : content_) {
    const auto file = stage.volume_folder(volume) / "data";
    if (!std::filesystem::exists(file)) {
      out += fmt::format("the file in {} is gone\n", volume);
    } else if (test::read_text(file) != content) {
      out += fmt::format("the file in {} is not as it was\n", volume);
    }
  }
  return out;
}

std::string Data::exchanged(Stage& stage) const {
  std::string out;
  auto now = uids_of_volumes(stage);
  for (const auto& [volume, uid] : uids_) {
    if (now[volume] != uid) out += fmt::format("{} is another volume than it was\n", volume);
  }
  return out;
}

}  // namespace boxwright::chaos
