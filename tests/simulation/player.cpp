#include "tests/simulation/player.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "state/ownership.h"
#include "tests/simulation/truth.h"

namespace boxwright::test {

namespace {

constexpr Duration kPruneDelay{60'000};
constexpr Duration kDeletionDelay{150'000};
constexpr const char* kElsewhere = "/elsewhere";
constexpr const char* kExtraNetwork = "extra";
constexpr const char* kExtraVolume = "extra";

template <class T, std::size_t N>
const T& pick(const std::array<T, N>& choices, std::uint32_t value) {
  return choices[value % N];
}

}  // namespace

Player::Player(World& world, Oracle& oracle, int boxes, std::string secrets_dir)
    : world_(world), oracle_(oracle), ledger_(oracle.ledger), secrets_dir_(std::move(secrets_dir)) {
  add_images(world_);
  static_cast<void>(docker()->create_network(kExtraNetwork, {}));
  for (auto* source : {&world_.declared, &world_.table}) {
    source->settings.prune_delay = kPruneDelay;
    source->settings.secrets_dir = secrets_dir_;
    ++source->version;
  }
  for (int i = 0; i < boxes; ++i) {
    const BoxName name{fmt::format("box{}", i)};
    pool_.push_back(name);
    BoxBuilder box(name.str());
    box.owner("o@example.org");
    auto declaration = box.declaration();
    declaration.spec.deletion.delay = kDeletionDelay;
    declare(name, declaration, i + 1 == boxes);
  }
  for (int i = 0; i < boxes; ++i)
    pool_.emplace_back(fmt::format("alt{}", i));
  for (const auto& name : pool_) {
    std::ofstream(secrets_dir_ + "/" + name.str()) << secret_value(name, 0);
    ledger_.secrets[name] = 0;
  }
  plan_faults();
}

DeclaredBoxes& Player::source_of(const Wish& wish) {
  return wish.in_table ? world_.table : world_.declared;
}

void Player::declare(const BoxName& name, const specs::BoxDeclaration& box, bool in_table) {
  auto& wish = ledger_.wishes[name];
  if (!wish.declared) {
    for (auto& [source, names] : ledger_.confirmed)
      names.erase(name);
    if (!wish.deletion_stands || !in_table) ledger_.grants.erase(world_.record(name.str()).uid);
  }
  auto full = box;
  full.name = name;
  full.origin = in_table ? specs::Origin{"desired_boxes/" + name.str(), {}}
                         : specs::Origin{name.str() + ".yaml", {1, 1}};
  const bool leaves_file = wish.declared && in_table && !wish.in_table;
  wish.declared = full;
  wish.last = full;
  wish.in_table = in_table;
  if (leaves_file) obey_pending(wish);
  auto& source = source_of(wish);
  auto& other = in_table ? world_.declared : world_.table;
  source.boxes[name] = full;
  ++source.version;
  if (other.boxes.erase(name) > 0) ++other.version;
}

void Player::undeclare(const BoxName& name) {
  const auto found = ledger_.wishes.find(name);
  if (found == ledger_.wishes.end() || !found->second.declared) return;
  auto& wish = found->second;
  auto& source = source_of(wish);
  source.boxes.erase(name);
  source.hidden.erase(name);
  ++source.version;
  const auto record = world_.record(name.str());
  const bool granted = record.spec.deletion.volumes == specs::VolumeDeletion::Delete ||
                       wish.declared->spec.deletion.volumes == specs::VolumeDeletion::Delete;
  wish.declared.reset();
  // Where the source could not be read meanwhile, nobody saw that it had come back.
  if (!record.tombstone) {
    wish.absent_since = world_.clock.mono_now();
    wish.absent_wall = world_.clock.wall_now();
  }
  const bool is_unseen = wish.unseen_since && (record.tombstone || source.emptied);
  if (is_unseen) std::tie(wish.absent_since, wish.absent_wall) = *wish.unseen_since;
  if (!is_unseen) wish.unseen_since.reset();
  if (granted && !record.uid.empty()) {
    const Grant grant{wish.absent_since + kDeletionDelay, wish.absent_wall + kDeletionDelay};
    ledger_.grants.try_emplace(record.uid, grant).first->second.by_spec = true;
  }
  obey_pending(wish);
}

void Player::ask(state::Request::Verb verb, const std::string& subject,
                 const std::string& argument) {
  world_.ask(verb, subject, argument);
}

void Player::suspend(const std::string& subject, bool on) {
  ask(on ? state::Request::Verb::Suspend : state::Request::Verb::Resume, subject);
  for (auto& [name, wish] : ledger_.wishes) {
    if (subject == "*" || name.str() == subject) wish.suspended = on;
  }
}

void Player::remove_by_name(const BoxName& name, bool volumes, bool now) {
  const auto found = ledger_.wishes.find(name);
  if (found == ledger_.wishes.end()) return;
  auto& wish = found->second;
  // In the table its row goes in the same transaction; a file keeps it, and so refuses.
  const bool stays = wish.declared && !wish.in_table;
  if (!stays) undeclare(name);
  state::DeletionRow row;
  row.name = name;
  row.volumes = volumes;
  row.now = now;
  row.by = "test";
  row.at = world_.clock.wall_now();
  static_cast<void>(world_.desired.add_deletion(row));
  // Nobody can know that a file which cannot be read, or is not there to be read, declares it.
  const bool is_seen = is_sound(world_.declared) && !world_.declared.hidden.contains(name);
  if (!stays || !is_seen) obey(row, wish);
}

/// Nobody has refused it yet, and now no file speaks against it.
void Player::obey_pending(Wish& wish) {
  const auto rows = world_.desired.deletions();
  for (const auto& row : *rows) {
    if (row.name == wish.last.name && row.state == "pending") obey(row, wish);
  }
}

void Player::obey(const state::DeletionRow& row, Wish& wish) {
  const auto& name = row.name;
  wish.deletion_stands = true;
  auto uid = world_.record(name.str()).uid;
  // Nothing may be remembered of it: then its labels say who it is.
  for (const auto* one : containers_of(world_, ledger_, name)) {
    if (uid.empty()) uid = uid_of(one->config.labels);
  }
  // Or it is gone, and its data is what is meant.
  const auto retained = world_.store->retained();
  for (const auto& data : *retained) {
    if (uid.empty() && data.name == name) uid = data.uid;
  }
  if (!row.volumes || uid.empty()) return;
  const auto delay = row.now ? Duration{0} : kDeletionDelay;
  const Grant grant{world_.clock.mono_now() + delay, world_.clock.wall_now() + delay};
  const auto [place, is_new] = ledger_.grants.try_emplace(uid, grant);
  if (!is_new) {
    place->second.due = std::min(place->second.due, grant.due);
    place->second.due_wall = std::min(place->second.due_wall, grant.due_wall);
  }
}

/// A deletion that was refused stands no more, and grants nothing.
void Player::read_refusals() {
  std::map<BoxName, std::string> last;
  const auto rows = world_.desired.deletions();
  for (const auto& row : *rows)
    last[row.name] = row.state;
  for (auto& [name, wish] : ledger_.wishes) {
    if (!wish.deletion_stands) continue;
    if (last[name] == "refused") {
      wish.deletion_stands = false;
      const auto grant = ledger_.grants.find(world_.record(name.str()).uid);
      if (grant != ledger_.grants.end() && !grant->second.by_spec) ledger_.grants.erase(grant);
    } else if (last[name] == "done" && wish.declared) {
      wish.deletion_stands = false;
    }
  }
}

void Player::confirm(DeclaredBoxes& source) {
  const auto sources = world_.store->sources();
  for (const auto& record : *sources) {
    if (record.name != source.name || record.prune_digest.empty()) continue;
    // A careful person: only what is really meant to go.
    const bool meant = std::ranges::all_of(record.prune_set, [this](const auto& name) {
      const auto* wish = ledger_.find(name);
      return wish != nullptr && !wish->declared;
    });
    if (!meant) continue;
    ask(state::Request::Verb::Confirm, record.name.str(), record.prune_digest);
    ledger_.confirmed[record.name].insert(record.prune_set.begin(), record.prune_set.end());
  }
}

void Player::accept(const BoxName& name) {
  using Verb = state::Request::Verb;
  const auto reason = world_.reason(name.str(), "Stalled");
  if (reason == "VolumeLost") {
    for (const auto& [key, volume] : world_.record(name.str()).spec.volumes) {
      const auto* found = truth_of(world_).find_volume(state::volume_name(name, key));
      if (found == nullptr || found->directory_missing) {
        ask(Verb::Accept, name.str(), "empty:" + key);
      }
    }
  }
  if (reason == "VolumeDropped") ask(Verb::Accept, name.str(), std::string("drop:") + kExtraVolume);
  if (world_.reason(name.str(), "Drifted") == "UnknownContainer") {
    ask(Verb::Accept, name.str(), "drift");
  }
  if (world_.problem(name) == "RetainedData") ask(Verb::Accept, name.str(), "retained");
}

void Player::plan_faults() {
  world_.faulty.set_plan([this](const PendingCall& call) {
    if (ledger_.stale && call.name == "observe_fleet") return Fault::Stale;
    if (fault_ == Fault::None || call.mutating != fault_mutating_) return Fault::None;
    if (fault_after_ > 0) {
      --fault_after_;
      return Fault::None;
    }
    return std::exchange(fault_, Fault::None);
  });
}

void Player::do_request(const Operation& operation, const BoxName& name) {
  const auto value = operation.value;
  switch (operation.act) {
    case Act::Delete: remove_by_name(name, value % 3 == 0, value % 2 == 0); return;
    case Act::AskRestart: ask(state::Request::Verb::Restart, name.str()); return;
    case Act::AskSuspend: suspend(name.str(), true); return;
    case Act::AskResume: suspend(name.str(), false); return;
    case Act::AskSuspendAll: suspend("*", true); return;
    case Act::AskResumeAll: suspend("*", false); return;
    case Act::AskAccept: accept(name); return;
    case Act::AskConfirm: confirm(value % 2 == 0 ? world_.declared : world_.table); return;
    default: return;
  }
}

/// Its source reads as empty, or did until just now: nobody saw that it had come back.
bool Player::is_still_unseen(const BoxName& name, const Wish& wish) const {
  return wish.unseen_since && world_.record(name.str()).tombstone;
}

/// It was read since the memory was lost: only then can it be found elsewhere.
bool Player::is_known(const DeclaredBoxes& source) const {
  const auto sources = world_.store->sources();
  return std::ranges::any_of(*sources,
                             [&source](const auto& record) { return record.name == source.name; });
}

void Player::do_source(const Operation& operation, const BoxName& name) {
  auto& source = operation.value % 4 == 0 ? world_.table : world_.declared;
  const auto& wish = ledger_.wishes[name];
  switch (operation.act) {
    case Act::Undeclare: undeclare(name); return;
    case Act::Declare:
      if (!wish.declared && !wish.last.name.empty()) declare(name, wish.last, wish.in_table);
      return;
    case Act::Rename: {
      if (!wish.declared) return;
      const auto half = pool_.size() / 2;
      const auto at = static_cast<std::size_t>(std::ranges::find(pool_, name) - pool_.begin());
      const auto& other = pool_[(at + half) % pool_.size()];
      if (const auto* there = ledger_.find(other); there != nullptr && there->declared) return;
      auto box = *wish.declared;
      box.spec.subdomain = other.str();
      const bool in_table = wish.in_table;
      box.spec.secrets.clear();
      undeclare(name);
      declare(other, box, in_table);
      return;
    }
    case Act::MoveSource:
      if (wish.declared) declare(name, specs::BoxDeclaration(*wish.declared), !wish.in_table);
      return;
    case Act::SourceUnreadable:
      source.failure = operation.value % 2 == 0 ? "permission denied" : "the marker is gone";
      break;
    case Act::SourceHalfWritten:
      source.problem = "a file ends in the middle";
      for (const auto& [other, box] : source.boxes) {
        if (operation.value % 3 != 0 || other == name) source.hidden.insert(other);
      }
      break;
    case Act::SourceEmptied:
      if (!source.emptied) {
        for (auto& [other, wanted] : ledger_.wishes) {
          const bool is_here = wanted.declared && &source_of(wanted) == &source;
          if (is_here && !is_still_unseen(other, wanted))
            wanted.unseen_since = {world_.clock.mono_now(), world_.clock.wall_now()};
        }
      }
      source.emptied = true;
      break;
    case Act::SourceMoved:
      source.place = std::string(source.place).append(kElsewhere);
      if (!is_known(source)) source.home = source.place;
      for (const auto& [other, box] : source.boxes) {
        if (operation.value % 2 == 0 || other == name) source.hidden.insert(other);
      }
      break;
    case Act::SourceMended:
      for (auto& [other, wanted] : ledger_.wishes) {
        if (!is_still_unseen(other, wanted)) wanted.unseen_since.reset();
      }
      for (auto* one : {&world_.declared, &world_.table}) {
        one->failure.clear();
        one->problem.clear();
        one->hidden.clear();
        one->emptied = false;
        const auto at = one->place.find(kElsewhere);
        if (at != std::string::npos) one->place.resize(at);
        if (!is_known(*one)) one->home = one->place;
        ++one->version;
      }
      return;
    default: return;
  }
  ++source.version;
}

void Player::do_engine(const Operation& operation) {
  const auto value = operation.value;
  switch (operation.act) {
    case Act::EngineRestart: world_.engine.restart(); return;
    case Act::EngineAway:
      world_.engine.set_reachable(false);
      world_.run_for(Duration{value % 10 == 0 ? 240'000 : value * 20});
      world_.engine.set_reachable(true);
      return;
    case Act::SlowStops: world_.engine.set_stops_outlast_calls(value % 2 == 0); return;
    case Act::EventsLost:
      world_.engine.lose_events([](const auto&) { return true; });
      world_.run_for(Duration{value * 10});
      world_.engine.lose_events({});
      return;
    case Act::EventsMangled:
      oracle_.delivery = pick(
          std::array{Delivery::Twice, Delivery::Backwards, Delivery::Late, Delivery::AsTheyCome},
          value);
      return;
    case Act::DiskLow: docker()->disk_free_percent = value % 2 == 0 ? 5 : 60; return;
    case Act::StaleReads: ledger_.stale = value % 2 == 0; return;
    case Act::FaultAtCall:
      fault_ = pick(std::array{Fault::CrashBefore, Fault::CrashAfter, Fault::LoseReply,
                               Fault::HangAfter, Fault::HangBefore, Fault::FailBefore},
                    value);
      fault_mutating_ = true;
      fault_after_ = value / 7 % 4;
      return;
    case Act::FaultAtRead:
      fault_ = pick(std::array{Fault::CrashBefore, Fault::HangBefore, Fault::FailBefore}, value);
      fault_mutating_ = false;
      fault_after_ = value / 7 % 6;
      return;
    case Act::Crash:
      world_.crash();
      world_.start();
      return;
    case Act::CrashAndForget:
      world_.crash();
      world_.lose_memory();
      ledger_.memory_was_lost = true;
      for (auto* source : {&world_.declared, &world_.table})
        source->home = source->place;
      oracle_.forgotten();
      world_.start();
      return;
    case Act::ClockJump: {
      constexpr std::array kJumps = {Duration{3'600'000}, Duration{-3'600'000}, Duration{30'000},
                                     Duration{-30'000}, Duration{86'400'000}};
      ledger_.clock_jumped = true;
      world_.clock.jump_wall(pick(kJumps, value));
      return;
    }
    default: return;
  }
}

void Player::play(const Operation& operation) {
  oracle_.write(describe(operation));
  ++ledger_.operations;
  const auto half = pool_.size() / 2;
  // Those that were renamed are meant as well, where they exist.
  auto name = pool_[operation.box % half];
  const auto& alt = pool_[half + operation.box % half];
  const auto* other = ledger_.find(alt);
  if (other != nullptr && other->declared) name = alt;
  do_spec(operation, name);
  do_request(operation, name);
  do_source(operation, name);
  do_hand(operation, name);
  do_things(operation, name);
  oracle_.moment();
  do_engine(operation);
  world_.run_for(operation.wait);
  read_refusals();
  oracle_.moment();
}

void Player::calm_down() {
  oracle_.write("calm");
  fault_ = Fault::None;
  ledger_.stale = false;
  oracle_.delivery = Delivery::AsTheyCome;
  world_.engine.set_reachable(true);
  world_.engine.set_stops_outlast_calls(false);
  world_.engine.lose_events({});
  docker()->disk_free_percent = 60;
  do_source({Act::SourceMended, 0, 0, Duration{0}}, pool_.front());
  remove_foreign();
  add_images(world_);
  if (docker()->find_network(kTestNetwork) == nullptr) {
    static_cast<void>(docker()->create_network(kTestNetwork, {}));
  }
  suspend("*", false);
  // What cannot come up must not hold back the others for ever.
  for (auto* source : {&world_.declared, &world_.table}) {
    source->settings.rollout.max_failures = 1'000;
    ++source->version;
  }
  for (const auto& name : pool_) {
    edit(name, [&](auto& spec) {
      spec.suspend = false;
      spec.update.policy = specs::RolloutPolicy::Auto;
    });
  }
  if (!world_.is_up()) world_.start();
}

void Player::take_ways_out() {
  remove_foreign();
  for (const auto& name : pool_) {
    accept(name);
    // Nothing remembers it and nobody declares it: a person says that it is to go.
    const auto* wish = ledger_.find(name);
    const bool is_orphan = wish != nullptr && !wish->declared &&
                           world_.record(name.str()).uid.empty() &&
                           !containers_of(world_, ledger_, name).empty();
    if (is_orphan) remove_by_name(name, false, true);
    // Its last spec suspends it: only another spec lets it go.
    if (wish != nullptr && !wish->declared && world_.record(name.str()).spec.suspend) {
      auto again = wish->last;
      again.spec.suspend = false;
      declare(name, again, wish->in_table);
      world_.run_for(Duration{2'000});
      undeclare(name);
    }
    const bool is_good =
        wish != nullptr && wish->declared && is_good_image(wish->declared->spec.image);
    if (is_good && world_.reason(name.str(), "Stalled") == "RolledBack") {
      ask(state::Request::Verb::Restart, name.str());
    }
    if (world_.reason(name.str(), "Drifted") == "VolumeLost") {
      ask(state::Request::Verb::Restart, name.str());
    }
  }
  const auto sources = world_.store->sources();
  for (const auto& record : *sources) {
    // Known from elsewhere, after its memory was lost while it was there.
    if (record.moved_to.empty()) continue;
    ask(state::Request::Verb::MoveSource, record.name.str());
    auto& source = record.name == world_.table.name ? world_.table : world_.declared;
    source.home = source.place;
  }
  confirm(world_.declared);
  confirm(world_.table);
  read_refusals();
}

}  // namespace boxwright::test
