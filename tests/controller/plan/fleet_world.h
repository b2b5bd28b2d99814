#pragma once
// A small world for fleet decisions: what is remembered, what the engine shows, and what was
// decided.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "controller/plan/fleet.h"
#include "state/ownership.h"
#include "tests/support/seeded_random.h"

namespace boxwright::test {

using namespace std::chrono_literals;

inline constexpr WallTime kStart = WallTime{} + std::chrono::hours(24 * 365 * 50);

inline specs::BoxDeclaration declare(const std::string& name, const std::string& owner = "") {
  specs::BoxDeclaration box;
  box.name = BoxName(name);
  box.owner = owner;
  box.spec.image = "box-base:1";
  box.spec.subdomain = name;
  box.spec.volumes = specs::default_volumes();
  box.origin = {"boxes/" + name + ".yaml", {3, 1}};
  return box;
}

inline specs::Snapshot snapshot(const std::string& source, std::vector<specs::BoxDeclaration> boxes,
                                const std::string& place = "") {
  specs::Snapshot made;
  made.source = SourceName(source);
  made.place = place.empty() ? "/specs/" + source : place;
  made.settings.prune_delay = 10min;
  std::sort(boxes.begin(), boxes.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  std::string revision = "r";
  for (const auto& box : boxes) {
    revision += ":" + box.name.str();
  }
  made.revision = Revision(revision);
  made.boxes = std::move(boxes);
  return made;
}

inline specs::Snapshot snapshot_of(const std::string& source,
                                   const std::vector<std::string>& names) {
  std::vector<specs::BoxDeclaration> boxes;
  boxes.reserve(names.size());
  for (const std::string& name : names) {
    boxes.push_back(declare(name));
  }
  return snapshot(source, std::move(boxes));
}

inline specs::Problem problem(const std::string& file, const std::string& box = "") {
  specs::Problem made;
  made.code = "BW0103";
  made.file = file;
  made.at = {9, 3};
  made.message = "unknown field `imagee`";
  made.box = BoxName(box);
  return made;
}

inline plan::SourceReading good(specs::Snapshot read) {
  const SourceName source = read.source;
  const std::string place = read.place;
  return {source, place, std::move(read)};
}

inline plan::SourceReading failed(const std::string& source,
                                  const std::string& why = "not mounted") {
  return {SourceName(source), "/specs/" + source,
          tl::unexpected(Error{ErrorCode::Unavailable, RetryClass::Transient, why})};
}

/// Keeps what a store would keep. `decide` commits, as the loop does.
class FleetWorld {
 public:
  std::vector<state::BoxRecord> boxes;
  std::vector<state::SourceRecord> sources;
  std::vector<state::RetainedData> retained;
  std::vector<state::Request> requests;
  std::vector<state::DeletionRow> deletions;
  std::vector<BoxName> confirmed;
  state::ObservedFleet observed;
  bool engine_was_read = true;
  WallTime now = kStart;

  [[nodiscard]] plan::FleetInput input(std::vector<plan::SourceReading> readings) {
    observed.at = now;
    plan::FleetInput made;
    made.boxes = boxes;
    made.sources = sources;
    made.retained = retained;
    made.readings = std::move(readings);
    made.requests = requests;
    made.deletions = deletions;
    made.observed = engine_was_read ? &observed : nullptr;
    made.now = now;
    made.confirmed_removals = confirmed;
    return made;
  }

  plan::FleetDecision decide(std::vector<plan::SourceReading> readings) {
    SeededRandom random(++seed_);
    plan::FleetDecision decision = plan::decide_fleet(input(std::move(readings)), random);
    commit(decision.change);
    return decision;
  }

  void commit(const state::Store::FleetChange& change) {
    for (const auto& box : change.put_boxes) {
      put(boxes, box);
    }
    for (const auto& source : change.put_sources) {
      put(sources, source);
    }
    for (const BoxName& name : change.forget_boxes) {
      std::erase_if(boxes, [&](const auto& box) { return box.name == name; });
    }
    for (const BoxUid& uid : change.drop_retained) {
      std::erase_if(retained, [&](const auto& data) { return data.uid == uid; });
    }
    for (const auto& put : change.put_retained) {
      std::erase_if(retained, [&](const auto& data) { return data.uid == put.uid; });
    }
    retained.insert(retained.end(), change.put_retained.begin(), change.put_retained.end());
  }

  state::Store::FleetChange finish() {
    observed.at = now;
    state::Store::FleetChange change = plan::finalise(boxes, sources, requests, observed, now);
    commit(change);
    return change;
  }

  [[nodiscard]] const state::BoxRecord* box(const std::string& name) const {
    const auto found = std::find_if(boxes.begin(), boxes.end(),
                                    [&](const auto& box) { return box.name.str() == name; });
    return found == boxes.end() ? nullptr : &*found;
  }
  [[nodiscard]] state::BoxRecord& known(const std::string& name) {
    for (auto& box : boxes) {
      if (box.name.str() == name) return box;
    }
    ADD_FAILURE() << "no box " << name;
    return boxes.emplace_back();
  }
  [[nodiscard]] state::SourceRecord& source(const std::string& name) {
    for (auto& source : sources) {
      if (source.name.str() == name) return source;
    }
    ADD_FAILURE() << "no source " << name;
    return sources.emplace_back();
  }

  void run_container(const std::string& box, const BoxUid& uid, const std::string& name = "") {
    state::ObservedContainer container;
    container.id = ContainerId("id-" + box + uid.str() + name);
    container.name = name.empty() ? "box-" + box : name;
    container.owner = {Installation("default"), uid, BoxName(box), state::kRoleBox};
    container.config.image = "box-base:1";
    container.config.mounts = {{VolumeName("box-" + box + "-workspace"), "/home/coder/workspace"}};
    observed.containers.push_back(container);
  }
  void keep_volume(const std::string& box, const BoxUid& uid, const std::string& key,
                   const std::string& owner = "") {
    state::ObservedVolume volume;
    volume.name = VolumeName("box-" + box + "-" + key);
    volume.owner = {Installation("default"), uid, BoxName(box), state::kRoleVolume};
    volume.owner.owner = owner;
    volume.owner.volume_key = key;
    observed.volumes.push_back(volume);
  }
  /// Container and four volumes for every box that is remembered.
  void bring_up_all() {
    for (const auto& box : boxes) {
      run_container(box.name.str(), box.uid);
      for (const auto& [key, volume] : box.spec.volumes) {
        keep_volume(box.name.str(), box.uid, key, box.owner);
      }
    }
  }
  void remove_container(const std::string& box) {
    std::erase_if(observed.containers,
                  [&](const auto& container) { return container.owner.box.str() == box; });
  }
  void remove_volumes(const std::string& box) {
    std::erase_if(observed.volumes,
                  [&](const auto& volume) { return volume.owner.box.str() == box; });
  }
  std::int64_t ask(state::Request::Verb verb, const std::string& subject,
                   const std::string& argument = "") {
    state::Request request;
    request.id = static_cast<std::int64_t>(requests.size()) + 1;
    request.verb = verb;
    request.subject = subject;
    request.argument = argument;
    request.state = "pending";
    requests.push_back(request);
    return request.id;
  }
  state::DeletionRow& delete_box(const std::string& name) {
    state::DeletionRow row;
    row.name = BoxName(name);
    row.at = now;
    row.by = "operator";
    row.state = "pending";
    return deletions.emplace_back(row);
  }

  /// No tombstone that may be acted on now or later.
  [[nodiscard]] bool nothing_may_go() const {
    return std::none_of(boxes.begin(), boxes.end(),
                        [](const auto& box) { return box.tombstone && !box.tombstone->blocked; });
  }
  [[nodiscard]] int tombstones() const {
    return static_cast<int>(std::count_if(
        boxes.begin(), boxes.end(), [](const auto& box) { return box.tombstone.has_value(); }));
  }

 private:
  template <class T>
  static void put(std::vector<T>& all, const T& item) {
    for (T& old : all) {
      if (old.name == item.name) {
        old = item;
        return;
      }
    }
    all.push_back(item);
  }

  std::uint64_t seed_ = 7;
};

inline bool is_empty(const state::Store::FleetChange& change) {
  return change.put_boxes.empty() && change.forget_boxes.empty() && change.put_sources.empty() &&
         change.put_retained.empty() && change.drop_retained.empty() && change.events.empty() &&
         change.new_generations.empty();
}

inline std::vector<std::string> actions(const plan::FleetDecision& decision) {
  std::vector<std::string> all;
  all.reserve(decision.change.events.size());
  for (const auto& event : decision.change.events) {
    all.push_back(event.action);
  }
  return all;
}

inline bool has_action(const plan::FleetDecision& decision, const std::string& action) {
  const auto all = actions(decision);
  return std::find(all.begin(), all.end(), action) != all.end();
}

inline const plan::BoxProblem* find_problem(const plan::FleetDecision& decision,
                                            const std::string& reason) {
  for (const auto& problem : decision.problems) {
    if (problem.reason == reason) return &problem;
  }
  return nullptr;
}

/// `done`, `failed`, or empty when the request goes on.
inline std::string outcome_of(const plan::FleetDecision& decision, std::int64_t id) {
  for (const auto& outcome : decision.requests) {
    if (outcome.id == id) return outcome.state;
  }
  return "";
}

inline const std::vector<std::string> kTen{"a0", "a1", "a2", "a3", "a4",
                                           "a5", "a6", "a7", "a8", "a9"};

inline std::vector<std::string> without(std::vector<std::string> names,
                                        const std::vector<std::string>& gone) {
  std::erase_if(names, [&](const std::string& name) {
    return std::find(gone.begin(), gone.end(), name) != gone.end();
  });
  return names;
}

}  // namespace boxwright::test
