// How people change a spec.

#include "tests/simulation/player.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "state/ownership.h"
#include "tests/simulation/truth.h"

namespace boxwright::test {

namespace {

constexpr const char* kExtraVolume = "extra";

template <class T, std::size_t N>
const T& pick(const std::array<T, N>& choices, std::uint32_t value) {
  return choices[value % N];
}

}  // namespace

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

}  // namespace boxwright::test
