// Bugs in what is read of people: requests, deletions, sources.

#include <algorithm>
#include <memory>

#include "tests/simulation/plant_parts.h"
#include "tests/simulation/plants/plant_lists.h"

namespace boxwright::test {

namespace {

/// What could not be read, or not whole, is taken for the last reading less its first box.
std::function<void(Polled&)> lose_one_on_error() {
  auto last = std::make_shared<std::optional<specs::Snapshot>>();
  return [last](Polled& polled) {
    if (polled && *polled) *last = **polled;
    if (polled || !*last || (*last)->boxes.empty()) return;
    auto fewer = **last;
    fewer.boxes.erase(fewer.boxes.begin());
    fewer.revision = Revision{fewer.revision.str() + "-less"};
    polled = std::optional(std::move(fewer));
  };
}

std::function<void(Polled&)> stop_reading() {
  auto read = std::make_shared<int>(0);
  return [read](Polled& polled) {
    constexpr int kReadingsMax = 4;
    if (polled && *polled && ++*read > kReadingsMax) polled = std::optional<specs::Snapshot>{};
  };
}

auto altering(void (*change)(specs::Snapshot&)) {
  return plant_source([change]() -> std::function<void(Polled&)> {
    return [change](Polled& polled) {
      if (polled && *polled) change(**polled);
    };
  });
}

}  // namespace

std::vector<Plant> order_plants() {
  std::vector<Plant> list;
  const auto add_source = [&list](const char* name, const char* bug, auto part) {
    Plant plant{name, bug};
    plant.source = std::move(part);
    list.push_back(std::move(plant));
  };
  const auto add_desired = [&list](const char* name, const char* bug, auto part) {
    Plant plant{name, bug};
    plant.desired = std::move(part);
    list.push_back(std::move(plant));
  };
  add_desired("suspend-ignored", "a suspension is not obeyed",
              plant_desired(
                  [](auto& requests) {
                    std::erase_if(requests, [](const auto& request) {
                      return request.verb == state::Request::Verb::Suspend;
                    });
                  },
                  {}));
  add_desired("restart-ignored", "a restart is taken for every box",
              plant_desired(
                  [](auto& requests) {
                    for (auto& request : requests) {
                      if (request.verb == state::Request::Verb::Restart) request.subject = "box0";
                    }
                  },
                  {}));
  add_desired("deletes-volumes-too", "a deletion by name takes the volumes without being told",
              plant_desired({}, [](auto& rows) {
                for (auto& row : rows) {
                  row.volumes = true;
                  row.now = true;
                }
              }));
  add_source("error-reads-as-less", "what cannot be read counts as taken out",
             plant_source(lose_one_on_error));
  add_source("problems-ignored", "a half-written file is read as whole",
             altering([](auto& snapshot) { snapshot.problems.clear(); }));
  add_source("place-ignored", "a source that was moved is read as the one it was",
             altering([](auto& snapshot) {
               const auto at = snapshot.place.find("/elsewhere");
               if (at != std::string::npos) snapshot.place.resize(at);
             }));
  add_source("delay-setting-ignored", "the source's own delay is not read",
             altering([](auto& snapshot) { snapshot.settings.prune_delay = Duration{1'000}; }));
  add_source("reads-once", "a source is not read again", plant_source(stop_reading));
  add_source("drops-a-box", "one box of a source is overlooked", altering([](auto& snapshot) {
               if (snapshot.boxes.size() > 2) snapshot.boxes.pop_back();
             }));
  return list;
}

}  // namespace boxwright::test
