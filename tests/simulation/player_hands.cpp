// What hands do to the engine.

#include "tests/simulation/player.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "state/ownership.h"
#include "tests/simulation/truth.h"

namespace boxwright::test {

namespace {

constexpr const char* kExtraNetwork = "extra";
constexpr const char* kExtraVolume = "extra";

template <class T, std::size_t N>
const T& pick(const std::array<T, N>& choices, std::uint32_t value) {
  return choices[value % N];
}

}  // namespace

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

void Player::remove_hold() {
  ledger_.held.clear();
  docker()->remove(state::hold_name(Installation{kTestInstallation}), true);
}

/// It may take what was made since volumes were last held, and nothing else of ours.
void Player::prune_volumes() {
  oracle_.moment();
  const auto held = ledger_.held;
  docker()->prune_volumes();
  for (const auto& name : held) {
    if (truth_of(world_).find_volume(name) != nullptr) continue;
    oracle_.report("I27", fmt::format("a prune takes volume {}, which was held", name.str()));
  }
  give_up_missing();
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
      if (value % 2 == 0) {
        // Whoever means it gets past what holds it.
        docker()->remove(main, true);
        remove_hold();
      }
      docker()->remove_volume(volume);
      give_up_missing();
      return;
    case Act::HandVolumeDirectory:
      docker()->delete_volume_directory(volume);
      give_up_missing();
      return;
    case Act::HandVolumePrune: prune_volumes(); return;
    case Act::HandHold:
      if (value % 2 == 0) {
        remove_hold();
      } else {
        ledger_.held.clear();
        docker()->kill(state::hold_name(Installation{kTestInstallation}));
      }
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
      world_.write_outside(name.str());
      return;
    default: return;
  }
}

}  // namespace boxwright::test
