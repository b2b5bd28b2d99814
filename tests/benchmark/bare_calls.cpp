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

constexpr const char* kCheck = "true";

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

std::string create(test::Dockerd& engine, const std::string& container, const std::string& box) {
  const auto made =
      engine.must("POST", "/containers/create?name=box-" + container, create_body(box));
  return nlohmann::json::parse(made).at("Id").get<std::string>();
}

std::string id_of(test::Dockerd& engine, const std::string& container) {
  const auto seen = engine.must("GET", "/containers/" + container + "/json");
  return nlohmann::json::parse(seen).at("Id").get<std::string>();
}

/// The box's check, once, as anyone must who does not wait for the engine's first interval.
void check_health(test::Dockerd& engine, const std::string& id) {
  const nlohmann::json body = {{"Cmd", {"/bin/sh", "-c", kCheck}}, {"AttachStdout", true}};
  const auto made = engine.must("POST", "/containers/" + id + "/exec", body.dump());
  const auto exec = nlohmann::json::parse(made).at("Id").get<std::string>();
  engine.must("POST", "/exec/" + exec + "/start", R"({"Detach": false, "Tty": false})");
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

void bare_swap(test::Dockerd& engine, const std::string& name) {
  const auto old = id_of(engine, "box-" + name);
  const auto made = create(engine, name + ".next", name);
  engine.must("POST", "/containers/" + old + "/stop?t=1");
  engine.must("POST", "/containers/" + made + "/start");
  engine.must("DELETE", "/containers/" + old);
  engine.must("POST", "/containers/" + made + "/rename?name=box-" + name);
}

void bare_replace(test::Dockerd& engine, const std::string& name) {
  const auto old = id_of(engine, "box-" + name);
  const auto made = create(engine, name + ".next", name);
  engine.must("POST", "/containers/" + old + "/update", R"({"RestartPolicy": {"Name": "no"}})");
  engine.must("POST", "/containers/" + old + "/stop?t=1");
  engine.must("POST", "/containers/" + old + "/rename?name=box-" + name + ".prev");
  engine.must("POST", "/containers/" + made + "/rename?name=box-" + name);
  engine.must("POST", "/containers/" + made + "/start");
  check_health(engine, made);
  engine.must("DELETE", "/containers/" + old);
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
