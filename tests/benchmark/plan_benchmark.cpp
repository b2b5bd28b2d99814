// How long a look at a whole fleet takes before any engine call: cut out, plan, lower, for 10,000
// to 50,000 boxes, converged and with a changed variable each. Prints a table and JSON.

#include <fmt/core.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "controller/engine/lower.h"
#include "controller/plan/slice.h"
#include "tests/support/box_builder.h"

namespace boxwright::test {
namespace {

struct Fleet {
  std::vector<BoxBuilder> boxes;
  std::vector<state::BoxRecord> records;
  state::ObservedFleet observed;
};

Fleet make_fleet(int count, bool changed) {
  Fleet fleet;
  for (int i = 0; i < count; ++i) {
    BoxBuilder box("box" + std::to_string(i));
    const auto seen = box.converged_box();
    fleet.observed.containers.insert(fleet.observed.containers.end(), seen.containers.begin(),
                                     seen.containers.end());
    fleet.observed.volumes.insert(fleet.observed.volumes.end(), seen.volumes.begin(),
                                  seen.volumes.end());
    fleet.observed.networks = seen.networks;
    fleet.observed.images_by_id.insert(seen.container_images.begin(), seen.container_images.end());
    fleet.observed.images_by_reference[box.spec().image] = *seen.wanted_image;
    auto record = box.converged_record();
    if (changed) {
      box.env("EDITOR", "vim");
      record.spec = box.spec();
    }
    fleet.records.push_back(std::move(record));
    fleet.boxes.push_back(std::move(box));
  }
  return fleet;
}

struct Times {
  double wanted_ms = 0;
  double plan_ms = 0;
  std::size_t steps = 0;
};

double since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
      .count();
}

Times measure(const Fleet& fleet) {
  Times times;
  auto begin = std::chrono::steady_clock::now();
  std::vector<plan::Wanted> wanted;
  wanted.reserve(fleet.boxes.size());
  for (const auto& box : fleet.boxes)
    wanted.push_back(box.wanted());
  times.wanted_ms = since(begin);

  begin = std::chrono::steady_clock::now();
  const plan::FleetIndex index(fleet.observed);
  for (std::size_t i = 0; i < fleet.records.size(); ++i) {
    const auto observed = index.slice(fleet.records[i]);
    plan::PlanInput input;
    input.record = &fleet.records[i];
    input.observed = &observed;
    input.wanted = &wanted[i];
    input.installation = Installation{kTestInstallation};
    input.now = test_start();
    times.steps += engine::lower(input, plan::plan_box(input), Attempt{"a"}).size();
  }
  times.plan_ms = since(begin);
  return times;
}

int run() {
  constexpr int kRounds = 5;
  auto rows = nlohmann::json::array();
  fmt::print("{:>8} {:>10} {:>12} {:>14} {:>8}\n", "boxes", "state", "plan ms", "wanted too ms",
             "steps");
  for (const int count : {10'000, 20'000, 50'000}) {
    for (const bool changed : {false, true}) {
      const auto fleet = make_fleet(count, changed);
      Times best = measure(fleet);
      for (int i = 1; i < kRounds; ++i) {
        const auto times = measure(fleet);
        if (times.plan_ms < best.plan_ms) best = times;
      }
      const char* state = changed ? "changed" : "converged";
      fmt::print("{:>8} {:>10} {:>12.1f} {:>14.1f} {:>8}\n", count, state, best.plan_ms,
                 best.plan_ms + best.wanted_ms, best.steps);
      rows.push_back({{"boxes", count},
                      {"state", state},
                      {"plan_ms", best.plan_ms},
                      {"with_wanted_ms", best.plan_ms + best.wanted_ms},
                      {"steps", best.steps}});
    }
  }
  fmt::print("{}\n", rows.dump());
  return 0;
}

}  // namespace
}  // namespace boxwright::test

int main() {
  return boxwright::test::run();
}
