// The lab around the fake engine.

#include "tests/conformance/lab.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_engine.h"

namespace boxwright::test {

namespace {

HandReply told(const Answer& answer) {
  return answer ? HandReply{*answer, ""} : HandReply{answer.error().status, answer.error().message};
}

void add_images(DockerModel& docker) {
  ImageContent sleeper;
  sleeper.behaviour.answers_after = std::nullopt;
  docker.add_image(kSleeper, sleeper);
  docker.add_image(kSpare, sleeper);
  ImageContent stubborn;
  stubborn.behaviour.ignores_term = true;
  docker.add_image(kStubborn, stubborn);
  ImageContent exits;
  exits.behaviour.exits_after = Duration{0};
  exits.behaviour.exit_code = 3;
  docker.add_image(kExits3, exits);
  ImageContent server;
  server.behaviour.log = {"hello"};
  docker.add_image(kServer, server);
  ImageContent own_volume;
  own_volume.config.volumes = {"/data"};
  own_volume.directories["/data"].files["seed"] = "seed";
  docker.add_image(kOwnVolume, own_volume);
  ImageContent seeded;
  seeded.directories["/home/work"] = {{{"from-image", "hello"}}, "0700 1000:1000"};
  docker.add_image(kSeeded, seeded);
  ImageContent flavoured;
  flavoured.config.labels["flavour"] = "plain";
  flavoured.config.env["FLAVOUR"] = "plain";
  flavoured.config.healthcheck = {{"CMD-SHELL", "true"}, Duration{1000}, Duration{2000}, {}, 2};
  docker.add_image(kFlavoured, flavoured);
  ImageContent greedy;
  greedy.behaviour.memory = Bytes{40 * kMiB};
  docker.add_image(kGreedy, greedy);
}

class FakeLab final : public Lab {
 public:
  FakeLab() : engine_(clock_) { add_images(*engine_.docker().operator->()); }

  engine::Engine& engine() override { return engine_; }

  HandReply stop(const std::string& who) override { return told(engine_.docker()->stop(who)); }
  HandReply kill(const std::string& who) override { return told(engine_.docker()->kill(who)); }
  HandReply pause(const std::string& who) override { return told(engine_.docker()->pause(who)); }
  HandReply unpause(const std::string& who) override {
    return told(engine_.docker()->unpause(who));
  }
  HandReply start(const std::string& who) override { return told(engine_.docker()->start(who)); }
  HandReply rename(const std::string& who, const std::string& to) override {
    return told(engine_.docker()->rename(who, to));
  }
  HandReply remove(const std::string& who, bool force, bool volumes) override {
    return told(engine_.docker()->remove(who, force, volumes));
  }
  HandReply disconnect(const std::string& network, const std::string& who) override {
    return told(engine_.docker()->disconnect(network, who));
  }
  HandReply connect(const std::string& network, const std::string& who) override {
    return told(engine_.docker()->connect(network, who));
  }
  HandReply remove_network(const std::string& who) override {
    return told(engine_.docker()->remove_network(who));
  }
  HandReply remove_volume(const VolumeName& name, bool force) override {
    return told(engine_.docker()->remove_volume(name, force));
  }
  HandReply commit(const std::string& who, const std::string& reference) override {
    const auto image = engine_.docker()->commit(who, reference);
    return image ? HandReply{201, ""} : HandReply{image.error().status, image.error().message};
  }
  HandReply untag(const std::string& reference, bool force) override {
    return told(engine_.docker()->untag(reference, force));
  }
  HandReply update_memory_alone(const std::string& who, Bytes memory) override {
    return update_memory(who, memory.count, 0);
  }
  HandReply update_memory(const std::string& who, std::int64_t memory, std::int64_t swap) override {
    state::Limits limits;
    limits.memory = Bytes{memory};
    limits.memory_swap = Bytes{swap};
    return told(engine_.docker()->update(who, limits, std::nullopt));
  }
  void prune_volumes() override { engine_.docker()->prune_volumes(); }
  void prune_containers() override { engine_.docker()->prune_containers(); }
  void rebuild(const std::string& reference) override { engine_.docker()->add_image(reference); }
  void stop_and_leave(const std::string& who, Duration grace) override {
    static_cast<void>(engine_.docker()->begin_stop(who, grace));
  }
  void restart_engine() override {
    clock_.advance(Duration{1000});
    engine_.restart();
  }

  void write_file(const VolumeName& volume, const std::string& file,
                  const std::string& bytes) override {
    engine_.docker()->write_file(volume, file, bytes);
  }
  std::optional<std::string> read_file(const VolumeName& volume, const std::string& file) override {
    return engine_.docker()->read_file(volume, file);
  }
  void write_in_layer(const std::string& who, const std::string& path,
                      const std::string& bytes) override {
    engine_.docker()->write_in_layer(who, path, bytes);
  }
  std::string mode_of(const VolumeName& volume) override {
    return engine_.docker()->find_volume(volume)->directory.mode;
  }
  void delete_directory(const VolumeName& volume) override {
    engine_.docker()->delete_volume_directory(volume);
  }
  std::vector<VolumeName> volumes() override {
    FakeEngine::Hand docker = engine_.docker();
    std::vector<VolumeName> names;
    for (const auto& [name, volume] : docker->volumes())
      names.push_back(name);
    return names;
  }
  bool eventually(const std::function<bool()>& holds, Duration limit) override {
    for (Duration passed{0}; passed <= limit; passed += Duration{50}) {
      if (holds()) return true;
      clock_.advance(Duration{50});
    }
    return holds();
  }
  const Clock& clock() const override { return clock_; }

 private:
  FakeClock clock_;
  FakeEngine engine_;
};

}  // namespace

std::unique_ptr<Lab> make_lab(std::string&) {
  return std::make_unique<FakeLab>();
}

}  // namespace boxwright::test
