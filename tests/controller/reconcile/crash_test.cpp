// Killed before or after any call, or with any answer lost, the end is the same.

#include <gtest/gtest.h>

#include "state/rollback_order.h"
#include "tests/simulation/world.h"

namespace boxwright::test {
namespace {

constexpr const char* kBadImage = "box-base:bad";
/// More than the calls of any of these plans.
constexpr std::uint64_t kCallsMax = 16;

enum class Plan {
  Create,
  Replace,
  RollBack,
  RollBackByHand,
  Remove,
  RemoveWithVolumes,
  Restart,
  Remake,
  Rename
};

std::string name_of(Plan plan) {
  switch (plan) {
    case Plan::Create: return "Create";
    case Plan::Replace: return "Replace";
    case Plan::RollBack: return "RollBack";
    case Plan::RollBackByHand: return "RollBackByHand";
    case Plan::Remove: return "Remove";
    case Plan::RemoveWithVolumes: return "RemoveWithVolumes";
    case Plan::Restart: return "Restart";
    case Plan::Remake: return "Remake";
    case Plan::Rename: return "Rename";
  }
  return "?";
}

struct Case {
  Plan plan;
  Fault fault;
  bool memory_too;  ///< The memory database goes with the process.
};

class Crashing : public testing::TestWithParam<Case> {
 protected:
  static void bring_up(World& world) {
    auto bad = box_image();
    bad.behaviour.answers_after = std::nullopt;
    bad.behaviour.exits_after = Duration{500};
    bad.behaviour.exit_code = 1;
    world.engine.docker()->add_image(kBadImage, bad);
    world.declare(BoxBuilder{"eve"});
    if (GetParam().plan != Plan::Create) world.declare(box());
    ASSERT_TRUE(world.settle()) << world.breach();
    world.write_data("eve");
    if (GetParam().plan != Plan::Create) world.write_data("ada");
    world.engine.forget_calls();
    world.forget_on_crash = GetParam().memory_too;
  }
  static BoxBuilder box() { return BoxBuilder{"ada"}.owner("ada@example.org"); }

  static void act(World& world) {
    switch (GetParam().plan) {
      case Plan::Create: world.declare(box()); return;
      case Plan::Replace: world.declare(box().env("EDITOR", "vim")); return;
      case Plan::RollBack: world.declare(box().image(kBadImage)); return;
      case Plan::RollBackByHand: {
        state::RollbackOrder order;
        order.to = "1";
        order.spec = box().env("EDITOR", "vim").spec();
        order.declared = box().spec();
        world.ask(state::Request::Verb::Rollback, "ada", state::print_rollback_order(order));
        return;
      }
      case Plan::Remove: world.delete_box("ada", false); return;
      case Plan::RemoveWithVolumes: world.delete_box("ada", true); return;
      case Plan::Restart:
        world.clock.advance(Duration{1'000});
        world.ask(state::Request::Verb::Restart, "ada");
        return;
      case Plan::Remake:
        world.engine.docker()->stop("box-ada");
        world.engine.docker()->delete_volume_directory(VolumeName{"box-ada-cache"});
        world.give_up_data(VolumeName{"box-ada-cache"});
        return;
      case Plan::Rename:
        world.engine.docker()->rename("box-ada", "foo");
        world.engine.docker()->update("foo", std::nullopt, specs::RestartPolicy::No);
        return;
    }
  }

  static void check_end(World& world) {
    EXPECT_EQ(world.lost_data(), "");
    const auto names = world.container_names();
    if (GetParam().plan == Plan::Remove || GetParam().plan == Plan::RemoveWithVolumes) {
      EXPECT_EQ(names, std::vector<std::string>{"box-eve"});
      const bool kept =
          world.engine.docker()->find_volume(VolumeName{"box-ada-workspace"}) != nullptr;
      // A forgotten grant removes nothing.
      if (!GetParam().memory_too) {
        EXPECT_EQ(kept, GetParam().plan == Plan::Remove);
      }
      return;
    }
    ASSERT_EQ(names, (std::vector<std::string>{"box-ada", "box-eve"}));
    const auto* ada = world.container("box-ada");
    EXPECT_EQ(ada->state, state::ContainerState::Running);
    EXPECT_EQ(ada->config.restart, specs::RestartPolicy::UnlessStopped);
    EXPECT_TRUE(world.is_ready("ada")) << world.reason("ada", "Ready");
    if (GetParam().plan == Plan::RollBackByHand) {
      EXPECT_EQ(ada->config.env.at("EDITOR"), Secret{"vim"});
      EXPECT_EQ(world.reason("ada", "UpdatePending"), "RolledBackByHand");
    }
    if (GetParam().plan == Plan::Replace) {
      EXPECT_EQ(ada->config.env.at("EDITOR"), Secret{"vim"});
    }
    if (GetParam().plan == Plan::RollBack) {
      EXPECT_EQ(ada->config.image, kTestImage);
      EXPECT_EQ(world.reason("ada", "Stalled"), "RolledBack");
    }
  }

  /// With no record and half of the volumes made, nobody can tell new from lost; and a container
  /// that differs from its spec is left to a person. Both are said, and nothing is harmed.
  static bool is_honest_stall(World& world) {
    if (!GetParam().memory_too) return false;
    const auto* ada = world.container("box-ada");
    if (ada == nullptr) return world.reason("ada", "Stalled") == "VolumeLost";
    return ada->state == state::ContainerState::Running && ada->config.image == kTestImage &&
           world.reason("ada", "Drifted") == "UnknownContainer";
  }
};

TEST_P(Crashing, AtAnyCallEndsAtTheSame) {
  for (std::uint64_t call = 1; call <= kCallsMax; ++call) {
    SCOPED_TRACE("at mutating call " + std::to_string(call));
    World world(call);
    bring_up(world);
    world.faulty.set_plan(fault_at_mutation(call, GetParam().fault));
    act(world);
    world.run_for(Duration{30'000});
    if (GetParam().memory_too && world.crashes() == 0 && call > 1) break;
    const bool settled = world.settle();
    if (is_honest_stall(world)) continue;
    ASSERT_TRUE(settled) << world.breach();
    check_end(world);
    world.engine.forget_calls();
    world.run_for(Duration{120'000});
    EXPECT_EQ(world.steps(), std::vector<std::string>{});
    EXPECT_EQ(world.breach(), "");
    if (HasFailure()) {
      for (const auto& line : world.faulty.trace())
        ADD_FAILURE() << line;
      return;
    }
  }
}

std::vector<Case> cases() {
  std::vector<Case> list;
  for (const auto plan :
       {Plan::Create, Plan::Replace, Plan::RollBack, Plan::RollBackByHand, Plan::Remove,
        Plan::RemoveWithVolumes, Plan::Restart, Plan::Remake, Plan::Rename}) {
    for (const auto fault : {Fault::CrashBefore, Fault::CrashAfter, Fault::LoseReply,
                             Fault::HangAfter, Fault::HangBefore}) {
      list.push_back({plan, fault, false});
    }
    list.push_back({plan, Fault::CrashBefore, true});
    list.push_back({plan, Fault::CrashAfter, true});
  }
  return list;
}

std::string title(const testing::TestParamInfo<Case>& info) {
  return name_of(info.param.plan) + std::string(to_string(info.param.fault)) +
         (info.param.memory_too ? "AndMemoryLost" : "");
}

INSTANTIATE_TEST_SUITE_P(EveryPlan, Crashing, testing::ValuesIn(cases()), title);

}  // namespace
}  // namespace boxwright::test
