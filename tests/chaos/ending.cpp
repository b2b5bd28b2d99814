#include "tests/chaos/ending.h"

#include <fmt/core.h>
#include <fmt/ostream.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "tests/chaos/disturbance.h"

namespace boxwright::chaos {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

namespace {

std::string label_of(const json& container, const char* label) {
  const auto& labels = container.at("Labels");
  return labels.is_object() ? labels.value(label, "") : "";
}

json containers(Stage& stage, const char* path) {
  return json::parse(stage.engine().must("GET", path));
}

std::string wrong_in(const std::string& name, const DeclaredBox& box, const json& seen) {
  const auto& host = seen.at("HostConfig");
  const auto& env = seen.at("Config").at("Env");
  std::string out;
  const auto expect = [&](bool holds, const std::string& what) {
    if (!holds) out += fmt::format("box {}: {}\n", name, what);
  };
  expect(seen.at("State").at("Status") == "running", "it does not run");
  expect(seen.at("Config").at("Image") == box.image, "another image");
  const auto revision = fmt::format("REVISION=r{}", box.revision);
  expect(std::find(env.begin(), env.end(), revision) != env.end(), "another environment");
  expect(host.at("Memory") == std::int64_t{box.memory_mib} << 20, "another memory limit");
  expect(host.at("NanoCpus") == box.centi_cpus * std::int64_t{10'000'000}, "another cpu limit");
  expect(host.at("RestartPolicy").at("Name") == "unless-stopped", "another restart policy");
  const auto& networks = seen.at("NetworkSettings").at("Networks");
  expect(networks.contains("traefik-public") &&
             networks.at("traefik-public").at("IPAddress").get<std::string>() != "",
         "no address in its network");
  return out;
}

/// Every box by what the engine says, and nothing beside them.
std::string wrong_on_engine(Stage& stage, Declared& declared) {
  std::string out;
  std::set<std::string> expected;
  for (const auto& name : declared.names()) {
    expected.insert("/box-" + name);
    const auto reply = stage.engine().call("GET", "/containers/box-" + name + "/json");
    if (reply.status != 200) {
      out += fmt::format("box {}: no container\n", name);
    } else {
      out += wrong_in(name, declared.box(name), json::parse(reply.body));
    }
  }
  for (const auto& container : containers(stage, "/containers/json?all=1")) {
    const auto name = container.at("Names").empty()
                          ? std::string{"one without a name"}
                          : container.at("Names").at(0).get<std::string>();
    // Of the installation, not of a box: it holds the volumes.
    if (label_of(container, "dev.boxwright.role") == "hold") continue;
    if (!expected.contains(name)) out += fmt::format("{} is left over\n", name);
  }
  return out;
}

/// What a person who reads this condition does about it, if anything.
void take_way_out(Stage& stage, const std::string& name, const std::string& type,
                  const std::string& reason, Calm& calm, std::ostream& log) {
  std::vector<std::string> words;
  if (type == "Stalled" && reason == "RolledBack") words = {"restart", name};
  if (type == "UpdatePending" && reason == "RolloutHalted") {
    words = {"rollout", "--resume", "chaos"};
  }
  if (words.empty()) return;
  fmt::print(log, "  asked again: {}\n", fmt::join(words, " "));
  words.insert(words.end(), {"--timeout", "2s"});
  (void)stage.run(words);
  ++calm.asked_again;
}

/// By what Boxwright says; a verdict against a good state is answered as the status tells.
std::string wrong_by_status(Stage& stage, std::size_t boxes, Calm& calm, std::ostream& log) {
  const auto said = stage.run({"get", "-o", "json"});
  const auto list = json::parse(said.out, nullptr, false);
  if (list.is_discarded() || !list.contains("items")) return "get: " + said.err + said.out;
  std::string out;
  if (list.at("items").size() != boxes) {
    out += fmt::format("{} boxes are told of, not {}\n", list.at("items").size(), boxes);
  }
  for (const auto& item : list.at("items")) {
    const auto name = item.at("metadata").at("name").get<std::string>();
    bool is_ready = false;
    for (const auto& condition : item.at("status").at("conditions")) {
      if (condition.at("status") != "True") continue;
      const auto type = condition.at("type").get<std::string>();
      const auto reason = condition.value("reason", "");
      is_ready = is_ready || type == "Ready";
      take_way_out(stage, name, type, reason, calm, log);
      if (type != "Ready" && type != "Healthy") {
        out +=
            fmt::format("box {}: {}/{}: {}\n", name, type, reason, condition.value("message", ""));
      }
    }
    if (!is_ready) out += fmt::format("box {} is not Ready\n", name);
  }
  return out;
}

std::string wrong_in_plan(Stage& stage) {
  const auto said = stage.plan();
  return said.code == 0 ? std::string{}
                        : fmt::format("plan ({}):\n{}{}", said.code, said.out, said.err);
}

}  // namespace

std::string wrong_now(Stage& stage, const Data& data) {
  std::string out = data.missing(stage) + stage.crashes();
  std::set<std::string> running;
  for (const auto& container : containers(stage, "/containers/json")) {
    const auto box = label_of(container, "dev.boxwright.box");
    if (!box.empty() && !running.insert(box).second) {
      out += fmt::format("two containers of box {} run\n", box);
    }
  }
  return out;
}

Calm calm_down(Stage& stage, Declared& declared, const Data& data, std::chrono::seconds limit,
               std::ostream& log) {
  Calm calm;
  const auto began = Clock::now();
  std::string before;
  auto told = began;
  do {
    pause_for(500);
    if (!stage.controller_runs()) stage.start_controller();
    // The status, too, while the engine is not as declared: it names the way out.
    calm.wrong = wrong_on_engine(stage, declared);
    calm.wrong += wrong_by_status(stage, declared.names().size(), calm, log);
    if (calm.wrong.empty()) calm.wrong = wrong_in_plan(stage);
    const auto now = Clock::now();
    calm.took = std::chrono::duration_cast<std::chrono::milliseconds>(now - began);
    if (calm.wrong != before || now - told > std::chrono::seconds(30)) {
      fmt::print(log, "  {} ms:\n{}", calm.took.count(), calm.wrong);
      told = now;
    }
    before = calm.wrong;
  } while (!calm.wrong.empty() && calm.took < limit);
  calm.wrong += data.exchanged(stage) + wrong_now(stage, data);
  return calm;
}

}  // namespace boxwright::chaos
