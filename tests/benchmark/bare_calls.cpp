#include "tests/benchmark/bare_calls.h"

#include <fmt/core.h>

#include <array>
#include <atomic>
#include <nlohmann/json.hpp>
#include <thread>

namespace boxwright::benchmark {

namespace {

constexpr std::array<const char*, 4> kVolumes{"cache", "config", "inbox", "workspace"};
constexpr std::array<const char*, 4> kPaths{"/home/coder/.cache", "/home/coder/.config",
                                            "/home/coder/.inbox", "/home/coder/workspace"};

std::string create_body(const std::string& name) {
  nlohmann::json mounts = nlohmann::json::array();
  for (std::size_t i = 0; i < kVolumes.size(); ++i) {
    mounts.push_back({{"Type", "volume"},
                      {"Source", fmt::format("box-{}-{}", name, kVolumes[i])},
                      {"Target", kPaths[i]}});
  }
  const nlohmann::json body = {
      {"Image", kImage},
      {"Hostname", name},
      {"HostConfig",
       {{"Mounts", mounts},
        {"Memory", 64 << 20},
        {"MemorySwap", 128 << 20},
        {"NanoCpus", 500'000'000},
        {"PidsLimit", 64},
        {"Init", true},
        {"NetworkMode", kNetwork},
        {"RestartPolicy", {{"Name", "unless-stopped"}}},
        {"LogConfig",
         {{"Type", "json-file"}, {"Config", {{"max-size", "10m"}, {"max-file", "3"}}}}}}},
      {"NetworkingConfig", {{"EndpointsConfig", {{kNetwork, nlohmann::json::object()}}}}}};
  return body.dump();
}

}  // namespace

void bare_create_and_start(test::Dockerd& engine, const std::string& name) {
  engine.must("POST", "/containers/create?name=box-" + name, create_body(name));
  engine.must("POST", "/containers/box-" + name + "/start");
}

void bare_bring_up_one(test::Dockerd& engine, const std::string& name) {
  for (const auto* volume : kVolumes) {
    engine.must("POST", "/volumes/create",
                nlohmann::json({{"Name", fmt::format("box-{}-{}", name, volume)}}).dump());
  }
  bare_create_and_start(engine, name);
}

void bare_bring_up(test::Dockerd& engine, int boxes, int at_a_time) {
  engine.must("POST", "/networks/create",
              nlohmann::json({{"Name", kNetwork}, {"CheckDuplicate", true}}).dump());
  std::atomic<int> next{0};
  std::vector<std::jthread> hands;
  for (int i = 0; i < at_a_time; ++i) {
    hands.emplace_back([&engine, &next, boxes] {
      for (int box = next++; box < boxes; box = next++) {
        bare_bring_up_one(engine, fmt::format("b{:03}", box));
      }
    });
  }
}

void bare_check(test::Dockerd& engine) {
  const auto list = nlohmann::json::parse(engine.must("GET", "/containers/json?all=1"));
  for (const auto& container : list) {
    engine.must("GET", "/containers/" + container.at("Id").get<std::string>() + "/json");
  }
  engine.must("GET", "/volumes");
  engine.must("GET", "/networks");
}

}  // namespace boxwright::benchmark
