// A dry run looks only at those boxes that a list of everything leaves something to say of.

#include "controller/reconcile/preview.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/simulation/world.h"

namespace boxwright::test {
namespace {

class Preview : public testing::Test {
 protected:
  void SetUp() override {
    world.declare(BoxBuilder("ada"));
    world.declare(BoxBuilder("bob"));
    ASSERT_TRUE(world.settle()) << world.breach();
  }

  std::vector<reconcile::BoxPreview> preview(bool with_list) {
    auto listed = world.engine.observe_fleet(Installation{kTestInstallation}, {});
    EXPECT_TRUE(listed);
    world.engine.forget_calls();
    reconcile::PreviewInput input{.engine = world.engine,
                                  .clock = world.clock,
                                  .installation = Installation{kTestInstallation},
                                  .mac_key = test_mac_key(),
                                  .orders = {},
                                  .records = {world.record("ada"), world.record("bob")},
                                  .previous = *world.store->statuses()};
    if (with_list) input.listed = &*listed;
    auto previews = reconcile::preview_boxes(input, {});
    EXPECT_TRUE(previews);
    return std::move(*previews);
  }
  [[nodiscard]] std::vector<std::string> looked_at() const {
    std::vector<std::string> boxes;
    for (const auto& call : world.engine.calls()) {
      if (call.name == "observe_box") boxes.push_back(call.subject);
    }
    return boxes;
  }

  World world;
};

TEST_F(Preview, OfBoxesAtRestNeedsNoLookAtEach) {
  const auto previews = preview(true);
  EXPECT_EQ(looked_at(), std::vector<std::string>{});
  ASSERT_EQ(previews.size(), 2U);
  EXPECT_EQ(previews[0].status.container, world.container("box-ada")->id);
  EXPECT_TRUE(previews[1].plan.is_empty());
}

TEST_F(Preview, LooksAtTheBoxesThatSomethingIsToBeDoneTo) {
  world.crash();
  world.engine.docker()->stop("box-bob");
  const auto previews = preview(true);
  EXPECT_EQ(looked_at(), std::vector<std::string>{"bob"});
  EXPECT_TRUE(previews[0].plan.is_empty());
  EXPECT_FALSE(previews[1].plan.is_empty());
}

TEST_F(Preview, SaysTheSameWithAListAndWithout) {
  world.crash();
  world.engine.docker()->pause("box-ada");
  const auto quick = preview(true);
  const auto whole = preview(false);
  EXPECT_EQ(looked_at(), (std::vector<std::string>{"ada", "bob"}));
  ASSERT_EQ(quick.size(), whole.size());
  for (std::size_t i = 0; i < quick.size(); ++i) {
    EXPECT_EQ(quick[i].plan.actions.size(), whole[i].plan.actions.size());
    EXPECT_EQ(quick[i].status.conditions, whole[i].status.conditions);
    EXPECT_EQ(quick[i].secret_mac, whole[i].secret_mac);
  }
}

}  // namespace
}  // namespace boxwright::test
