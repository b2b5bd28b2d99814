#include "tests/benchmark/replacement.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

#include "tests/benchmark/bare_calls.h"

namespace boxwright::benchmark {

using nlohmann::json;

namespace {

constexpr int kDowntimeBoxes = 10;

std::string revised(int revision) {
  return fmt::format(
      "  healthcheck: {{shell: 'true', interval: 30s}}\n  env: {{REVISION: 'r{}'}}\n", revision);
}

/// As the engine takes it: seconds and a fraction.
std::string now() {
  const auto at = std::chrono::system_clock::now().time_since_epoch();
  const auto nanos = std::chrono::duration_cast<std::chrono::nanoseconds>(at).count();
  return fmt::format("{}.{:09}", nanos / 1'000'000'000, nanos % 1'000'000'000);
}

std::string box_name(int box) {
  return fmt::format("b{:03}", box);
}

/// Seconds from the end of a box's container to the start of the next one, since then. The engine
/// keeps its last 256 events only: asked box by box.
double downtime_since(test::Dockerd& engine, const std::string& since, const std::string& box) {
  const std::string filters = test::url_escape(R"({"type":["container"],"event":["die","start"]})");
  const auto events = engine.must(
      "GET", fmt::format("/events?since={}&until={}&filters={}", since, now(), filters));
  std::stringstream lines(events);
  double ended = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto event = json::parse(line);
    const auto name = event.at("Actor").at("Attributes").value("name", "");
    if (!name.starts_with("box-" + box)) continue;
    const double at = static_cast<double>(event.at("timeNano").get<std::int64_t>()) / 1e9;
    if (event.at("Action") == "die") ended = at;
    if (event.at("Action") == "start" && ended > 0) return at - ended;
  }
  throw std::runtime_error("box " + box + " was not replaced:\n" + events);
}

void wait_until_replaced(test::Dockerd& engine, int boxes, int revision) {
  const auto wanted = fmt::format("REVISION=r{}", revision);
  const auto is_done = [&] {
    for (int box = 0; box < boxes; ++box) {
      const auto reply = engine.call("GET", "/containers/box-" + box_name(box) + "/json");
      if (reply.status != 200) return false;
      const auto seen = json::parse(reply.body);
      if (seen.at("State").at("Status") != "running") return false;
      if (seen.at("Config").at("Env").dump().find(wanted) == std::string::npos) return false;
    }
    // The old ones are gone, too.
    const auto list = json::parse(engine.must("GET", "/containers/json?all=1"));
    return std::none_of(list.begin(), list.end(), [](const auto& one) {
      return one.at("Names").at(0).template get<std::string>().ends_with(".prev");
    });
  };
  for (int look = 0; look < 1200; ++look) {
    if (is_done()) return;
    pause_for(std::chrono::milliseconds(100));
  }
  throw std::runtime_error("the change did not come to an end");
}

}  // namespace

void measure_downtime(const Settings& settings, test::Dockerd& engine, const Bench& bench,
                      std::vector<Row>& rows) {
  std::vector<double> ours;
  std::vector<double> bare;
  for (int round = 0; round < settings.rounds; ++round) {
    engine.clear();
    bench.forget_state();
    bench.write_boxes(kDowntimeBoxes, revised(1));
    bench.run({"apply", "-f", bench.boxes(), "--yes"});
    for (int box = 0; box < kDowntimeBoxes; ++box) {
      // One after the other, as the bare ones: what else the engine does would be measured, too.
      const auto since = now();
      bench.write_boxes(box + 1, revised(2));
      bench.run({"apply", "-f", bench.boxes(), "--yes"});
      ours.push_back(downtime_since(engine, since, box_name(box)));
    }

    engine.clear();
    bare_bring_up(engine, kDowntimeBoxes, 4);
    for (int box = 0; box < kDowntimeBoxes; ++box) {
      const auto since = now();
      bare_swap(engine, box_name(box));
      bare.push_back(downtime_since(engine, since, box_name(box)));
    }
  }
  rows.push_back({fmt::format("downtime of a replacement, median of {}", ours.size()), median(ours),
                  median(bare), 1.3, "s"});
}

void measure_rolling_change(const Settings& settings, test::Dockerd& engine, const Bench& bench,
                            std::vector<Row>& rows) {
  std::vector<double> ours;
  std::vector<double> bare;
  for (int round = 0; round < settings.rounds; ++round) {
    engine.clear();
    bench.forget_state();
    bench.write_boxes(settings.boxes, revised(1));
    bench.run({"apply", "-f", bench.boxes(), "--yes"});
    ours.push_back(seconds_of([&] {
      bench.write_boxes(settings.boxes, revised(2));
      bench.run({"apply", "-f", bench.boxes(), "--yes"});
      wait_until_replaced(engine, settings.boxes, 2);
    }));

    engine.clear();
    bare_bring_up(engine, settings.boxes, 4);
    bare.push_back(seconds_of([&] {
      for (int box = 0; box < settings.boxes; ++box)
        bare_replace(engine, box_name(box));
    }));
  }
  rows.push_back(
      {fmt::format("rolling change of {} boxes, one at a time, whole command", settings.boxes),
       median(ours), median(bare), 1.1, "s"});
}

}  // namespace boxwright::benchmark
