#pragma once
// Three boxes of one source, all brought up, whose declarations a test changes together.

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "tests/simulation/world.h"

namespace boxwright::test {

inline constexpr const char* kBadImage = "box-base:bad";
inline constexpr const char* kSlowImage = "box-base:slow";

class Rollout : public testing::Test {
 protected:
  World world;
  const std::vector<std::string> names{"ada", "bob", "cyd"};

  void SetUp() override {
    declare_all([](BoxBuilder&) {});
    ASSERT_TRUE(world.settle()) << world.breach();
    for (const auto& name : names)
      world.write_data(name);
    world.engine.forget_calls();
    world.clock.advance(Duration{1'000});
  }
  void declare_all(const std::function<void(BoxBuilder&)>& change) {
    for (const auto& name : names) {
      BoxBuilder box{name};
      change(box);
      world.declare(box);
    }
  }
  void add_image(const char* name, std::optional<Duration> answers_after) {
    auto image = box_image();
    image.behaviour.answers_after = answers_after;
    world.engine.docker()->add_image(name, image);
  }
  static void manual(BoxBuilder& box) {
    box.env("EDITOR", "vim").with([](auto& spec) {
      spec.update.policy = specs::RolloutPolicy::Manual;
    });
  }
  [[nodiscard]] bool has_editor(const std::string& name) {
    const auto* container = world.container("box-" + name);
    return container != nullptr && container->config.env.contains("EDITOR");
  }
  [[nodiscard]] std::size_t creations() const {
    const auto steps = world.steps();
    return static_cast<std::size_t>(std::count(steps.begin(), steps.end(), "CreateContainer"));
  }
  [[nodiscard]] std::string image_of(const std::string& name) {
    return world.container("box-" + name)->config.image;
  }
  /// How many boxes are inside a replacement at this moment.
  [[nodiscard]] int inside() {
    int count = 0;
    for (const auto& name : names) {
      const auto* main = world.container("box-" + name);
      count += world.container("box-" + name + ".prev") != nullptr ||
                       (main != nullptr && !main->has_process())
                   ? 1
                   : 0;
    }
    return count;
  }
  state::Request request(std::int64_t id) { return world.desired.request(id).value().value(); }
};

}  // namespace boxwright::test
