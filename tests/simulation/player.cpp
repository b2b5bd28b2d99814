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

template <class Change>
void Player::edit(const BoxName& name, const Change& change) {
  const auto found = ledger_.wishes.find(name);
  if (found == ledger_.wishes.end() || !found->second.declared) return;
  auto box = *found->second.declared;
  change(box.spec);
  declare(name, box, found->second.in_table);
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
  wish.declared = full;
  wish.last = full;
  wish.in_table = in_table;
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
  if (wish.unseen_since) std::tie(wish.absent_since, wish.absent_wall) = *wish.unseen_since;
  if (granted && !record.uid.empty()) {
    ledger_.grants.try_emplace(
        record.uid, Grant{wish.absent_since + kDeletionDelay, wish.absent_wall + kDeletionDelay});
  }
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
  // Nobody can know that a file which cannot be read declares it.
  if (stays && is_sound(world_.declared)) return;
  wish.deletion_stands = true;
  auto uid = world_.record(name.str()).uid;
  // Nothing may be remembered of it: then its labels say who it is.
  for (const auto* one : containers_of(world_, ledger_, name)) {
    if (uid.empty()) uid = uid_of(one->config.labels);
  }
  if (!volumes || uid.empty()) return;
  const auto delay = now ? Duration{0} : kDeletionDelay;
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
      ledger_.grants.erase(world_.record(name.str()).uid);
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

void Player::do_spec(const Operation& operation, const BoxName& name) {
  const auto value = operation.value;
  switch (operation.act) {
    case Act::ChangeEnv:
      edit(name, [&](auto& spec) { spec.env["EDITOR"] = std::to_string(value % 3); });
      return;
    case Act::ChangeImage:
      edit(name, [&](auto& spec) {
        constexpr std::array kImages = {kTestImage,    kTestImage,    kSecondImage,
                                        kSecondImage,  kSlowImage,    kSickImage,
                                        kExitingImage, kExitingImage, kStubbornImage,
                                        kOfferedImage, kMissingImage, kNoStartImage};
        spec.image = pick(kImages, value);
        spec.update.health_timeout = Duration{value % 2 == 0 ? 120'000 : 30'000};
      });
      return;
    case Act::ChangeMemory:
      edit(name, [&](auto& spec) { spec.resources.memory = Bytes{(1 + value % 3) * kGiB}; });
      return;
    case Act::ChangeCpus:
      edit(name,
           [&](auto& spec) { spec.resources.cpus = NanoCpus{(1 + value % 3) * 500'000'000LL}; });
      return;
    case Act::ChangeRestartPolicy:
      edit(name, [&](auto& spec) {
        constexpr std::array kPolicies = {
            specs::RestartPolicy::Always, specs::RestartPolicy::UnlessStopped,
            specs::RestartPolicy::OnFailure, specs::RestartPolicy::No};
        spec.restart = pick(kPolicies, value);
      });
      return;
    case Act::ChangePower:
      edit(name, [&](auto& spec) {
        spec.power = value % 3 == 0 ? specs::Power::Stopped : specs::Power::Running;
      });
      return;
    case Act::ChangeHealthCheck:
      edit(name, [&](auto& spec) {
        if (value % 2 == 0) {
          spec.healthcheck.check = specs::NoCheck{};
        } else {
          spec.healthcheck.check = specs::HttpCheck{};
        }
      });
      return;
    case Act::ChangeVolumes:
      edit(name, [&](auto& spec) {
        if (value % 2 == 0) {
          spec.volumes[kExtraVolume] = {"/home/coder/extra", value % 4 == 0};
        } else {
          spec.volumes.erase(kExtraVolume);
        }
      });
      return;
    case Act::ChangeDeletion:
      edit(name, [&](auto& spec) {
        spec.deletion.volumes =
            value % 2 == 0 ? specs::VolumeDeletion::Delete : specs::VolumeDeletion::Retain;
      });
      return;
    case Act::ChangeGrace:
      edit(name,
           [&](auto& spec) { spec.stop_grace_period = Duration{value % 2 == 0 ? 10'000 : 3'000}; });
      return;
    case Act::ChangeSecret:
      if (value % 3 == 0) {
        edit(name, [&](auto& spec) { spec.secrets.clear(); });
      } else if (value % 3 == 1) {
        edit(name, [&](auto& spec) { spec.secrets["TOKEN"] = {name.str()}; });
      } else {
        auto& version = ledger_.secrets[name];
        ++version;
        std::ofstream(secrets_dir_ + "/" + name.str()) << secret_value(name, version);
      }
      return;
    case Act::ChangeRollout:
      edit(name, [&](auto& spec) {
        constexpr std::array kPolicies = {specs::RolloutPolicy::Auto, specs::RolloutPolicy::Auto,
                                          specs::RolloutPolicy::OnStop,
                                          specs::RolloutPolicy::Manual};
        spec.update.policy = pick(kPolicies, value);
      });
      return;
    case Act::ChangeSuspend: edit(name, [&](auto& spec) { spec.suspend = value % 3 == 0; }); return;
    case Act::ChangeDomain:
      for (auto* source : {&world_.declared, &world_.table}) {
        source->settings.domain = value % 2 == 0 ? "" : "boxes.test";
        ++source->version;
      }
      return;
    default: return;
  }
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
          if (is_here) wanted.unseen_since = {world_.clock.mono_now(), world_.clock.wall_now()};
        }
      }
      source.emptied = true;
      break;
    case Act::SourceMoved:
      source.place = std::string(source.place).append(kElsewhere);
      for (const auto& [other, box] : source.boxes) {
        if (operation.value % 2 == 0 || other == name) source.hidden.insert(other);
      }
      break;
    case Act::SourceMended:
      for (auto& [other, wanted] : ledger_.wishes)
        wanted.unseen_since.reset();
      for (auto* one : {&world_.declared, &world_.table}) {
        one->failure.clear();
        one->problem.clear();
        one->hidden.clear();
        one->emptied = false;
        const auto at = one->place.find(kElsewhere);
        if (at != std::string::npos) one->place.resize(at);
        ++one->version;
      }
      return;
    default: return;
  }
  ++source.version;
}

/// What tools do that "recreate" a container: the same of everything, and another ID.
void Player::recreate(const std::string& who) {
  const auto* old = docker()->find(who);
  if (old == nullptr || ledger_.foreign.contains(old->id)) return;
  CreateCall call;
  call.name = old->name;
  call.config = old->config;
  for (const auto& mount : old->config.mounts) {
    call.no_copy.insert(mount.volume);
    // The engine would make it anew, without a label.
    if (docker()->find_volume(mount.volume) == nullptr) return;
  }
  static_cast<void>(docker()->remove(who, true));
  const auto made = docker()->create(call);
  if (!made) return;
  ledger_.by_hand.insert(made->id);
  docker()->start(call.name);
}

void Player::do_hand(const Operation& operation, const BoxName& name) {
  const auto value = operation.value;
  const auto main = state::container_name(name);
  const bool at_side = value % 5 == 0;
  const auto who =
      at_side ? (value % 2 == 0 ? state::previous_name(name) : state::candidate_name(name)) : main;
  switch (operation.act) {
    case Act::HandStop: docker()->stop(who); return;
    case Act::HandStart: {
      // Never beside another one of the box.
      const auto all = containers_of(world_, ledger_, name);
      const bool any_runs = std::ranges::any_of(all, [](const auto* one) {
        return one->has_process() || one->state == state::ContainerState::Restarting;
      });
      if (!any_runs) docker()->start(main);
      return;
    }
    case Act::HandKill: docker()->kill(who); return;
    case Act::HandPause:
      if (value % 3 == 0) {
        docker()->unpause(main);
      } else {
        docker()->pause(main);
      }
      return;
    case Act::HandRemove: docker()->remove(who, true); return;
    case Act::HandRename:
      docker()->rename(who, fmt::format("mine-{}-{}", name.str(), ++copies_));
      return;
    case Act::HandDisconnect: docker()->disconnect(kTestNetwork, who, true); return;
    case Act::HandConnect: docker()->connect(kExtraNetwork, main); return;
    case Act::HandLimits: {
      state::Limits limits;
      limits.memory = Bytes{(1 + value % 4) * kGiB};
      limits.memory_swap = Bytes{2 * limits.memory.count};
      limits.cpus = NanoCpus{1'000'000'000};
      limits.pids = 4096;
      docker()->update(main, limits, std::nullopt);
      return;
    }
    case Act::HandPolicy:
      // On a container that is aside it would be the hand that makes two run.
      if (docker()->find(state::previous_name(name)) != nullptr) return;
      docker()->update(main, std::nullopt,
                       value % 2 == 0 ? specs::RestartPolicy::Always : specs::RestartPolicy::No);
      return;
    case Act::HandRecreate: recreate(main); return;
    case Act::ProcessExits:
      docker()->process_exits(who, static_cast<int>(value % 2), value % 7 == 0);
      return;
    default: return;
  }
}

/// What a hand took away is not held against the controller.
void Player::give_up_missing() {
  ledger_.volumes_by_hand = world_.clock.mono_now();
  for (const auto& name : pool_) {
    for (const char* key : {"workspace", "config", "cache", "inbox", kExtraVolume}) {
      const auto full = state::volume_name(name, key);
      const auto* volume = truth_of(world_).find_volume(full);
      if (volume == nullptr || volume->directory_missing) world_.give_up_data(full);
    }
  }
}

void Player::remove_foreign() {
  for (const auto& id : ledger_.foreign)
    docker()->remove(id.str(), true);
  ledger_.foreign.clear();
  for (const auto& name : ledger_.foreign_volumes)
    docker()->remove_volume(name);
  std::erase_if(ledger_.foreign_volumes,
                [this](const auto& name) { return truth_of(world_).find_volume(name) == nullptr; });
}

void Player::do_things(const Operation& operation, const BoxName& name) {
  const auto value = operation.value;
  const auto main = state::container_name(name);
  constexpr std::array kKeys = {"workspace", "config", "cache", "inbox"};
  const auto volume = state::volume_name(name, pick(kKeys, value));
  switch (operation.act) {
    case Act::HandCommitCopy: {
      const auto* original = docker()->find(main);
      if (original == nullptr) return;
      const auto reference = fmt::format("snapshot:{}", ++copies_);
      static_cast<void>(docker()->commit(main, reference));
      CreateCall call;
      const std::array names = {fmt::format("copy-{}", copies_), state::candidate_name(name),
                                state::previous_name(name)};
      call.name = pick(names, value);
      call.config.image = reference;
      const auto made = docker()->create(call);
      if (!made) return;
      ledger_.foreign.insert(made->id);
      docker()->start(made->id.str());
      return;
    }
    case Act::HandVolumeRemove:
      if (value % 2 == 0) docker()->remove(main, true);
      docker()->remove_volume(volume);
      give_up_missing();
      return;
    case Act::HandVolumeDirectory:
      docker()->delete_volume_directory(volume);
      give_up_missing();
      return;
    case Act::HandVolumePrune:
      docker()->prune_volumes();
      give_up_missing();
      return;
    case Act::HandContainerPrune: docker()->prune_containers(); return;
    case Act::HandNetwork:
      if (value % 2 == 0) {
        std::vector<ContainerId> ids;
        for (const auto& [id, container] : truth_of(world_).containers())
          ids.push_back(id);
        for (const auto& id : ids)
          docker()->disconnect(kTestNetwork, id.str(), true);
      }
      if (docker()->remove_network(kTestNetwork) && value % 3 != 0) {
        static_cast<void>(docker()->create_network(kTestNetwork, {}));
      }
      return;
    case Act::HandUntag: docker()->untag(value % 2 == 0 ? kTestImage : kSecondImage, true); return;
    case Act::HandRetag: {
      auto image = box_image();
      image.config.env["BUILD"] = std::to_string(++copies_);
      docker()->add_image(value % 2 == 0 ? kTestImage : kSecondImage, image);
      return;
    }
    case Act::HandForeignContainer: {
      CreateCall call;
      const std::array names = {main, state::candidate_name(name), state::previous_name(name)};
      call.name = pick(names, value);
      call.config.image = kSlowImage;
      const auto made = docker()->create(call);
      if (!made) return;
      ledger_.foreign.insert(made->id);
      docker()->start(call.name);
      return;
    }
    case Act::HandForeignVolume: {
      // Under the name of a box that may come into being, or of this one.
      const auto& other = pool_[operation.value % pool_.size()];
      const auto theirs = state::volume_name(other, pick(kKeys, value));
      if (docker()->find_volume(theirs) != nullptr) return;
      docker()->create_volume(theirs, {{"com.example", "theirs"}});
      ledger_.foreign_volumes.insert(theirs);
      return;
    }
    case Act::HandForeignGone: remove_foreign(); return;
    case Act::WriteData:
      for (const char* key : kKeys) {
        const auto full = state::volume_name(name, key);
        if (!ledger_.foreign_volumes.contains(full)) world_.write_into(full);
      }
      return;
    default: return;
  }
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
