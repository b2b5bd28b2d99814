#include "controller/cli/box_table.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/box_builder.h"

namespace boxwright::cli {
namespace {

using state::ConditionStatus;
using test::BoxBuilder;
using test::test_start;

const WallTime kNow = test_start() + Duration{3'600'000};

ShownBox shown(const BoxBuilder& builder, const std::string& reason = "Running", int restarts = 0,
               Duration made_ago = Duration{600'000}) {
  ShownBox box;
  box.record = builder.record();
  box.record.source = SourceName{"team"};
  auto container = builder.running_container();
  container.restart_count = restarts;
  container.created_at = kNow - made_ago;
  box.status.name = box.record.name;
  box.status.container = container.id;
  box.status.container_state = "running";
  box.status.observed_at = kNow - Duration{1'000};
  const bool ready = reason == "Running";
  box.status.conditions = {{"Ready", ready ? ConditionStatus::True : ConditionStatus::False, reason,
                            "a sentence", 1, test_start()}};
  box.fresh.emplace();
  box.fresh->observed.containers = {container};
  return box;
}

Looked three() {
  Looked looked;
  looked.boxes = {shown(BoxBuilder("ada"), "Running", 2, Duration{60'000}),
                  shown(BoxBuilder("bob").memory(Bytes{4 * kGiB}), "Unhealthy", 7),
                  shown(BoxBuilder("cy"), "Running", 0, Duration{90'000'000})};
  looked.names = {{"eve", "Orphaned", "no source has it", "box-base:1"}};
  return looked;
}

std::string order(const std::string& by) {
  auto looked = three();
  sort_boxes(looked, by);
  std::string names;
  for (const auto& box : looked.boxes)
    names += box.record.name.str() + " ";
  return names;
}

TEST(BoxTable, ShowsOneRowABox) {
  EXPECT_EQ(box_table(three(), kNow, {}),
            "NAME  READY    STATUS     RESTARTS  IMAGE       MEMORY  AGE\n"
            "ada   True     Running    2         box-base:1  2GiB    60s\n"
            "bob   False    Unhealthy  7         box-base:1  4GiB    10m\n"
            "cy    True     Running    0         box-base:1  2GiB    25h\n"
            "eve   Unknown  Orphaned   -         box-base:1  -       -\n");
}

TEST(BoxTable, IsWideWhereThatIsAskedFor) {
  Looked looked;
  looked.boxes = {shown(BoxBuilder("ada"))};
  looked.boxes.front().status.url = "https://ada.boxes.example";
  looked.boxes.front().status.container = ContainerId{"0123456789abcdef"};
  EXPECT_EQ(box_table(looked, kNow, {.wide = true}),
            "NAME  READY  STATUS   RESTARTS  IMAGE       MEMORY  AGE  SOURCE  CONTAINER     "
            "URL                        OBSERVED\n"
            "ada   True   Running  -         box-base:1  2GiB    -    team    0123456789ab  "
            "https://ada.boxes.example  1s ago\n");
}

TEST(BoxTable, LetsNoNameOrImageReachTheTerminalRaw) {
  Looked looked;
  looked.boxes = {
      shown(BoxBuilder("ada").image("evil\x1b[2J\xc2\x9b"
                                    "1m\nada  True"))};
  looked.names = {{"e\x1b]0;x\x07", "Orph\x1b", "m", "\xff\x9b"}};
  const auto text = box_table(looked, kNow, {});
  EXPECT_EQ(text.find_first_of("\x1b\x07\x9b\xc2\xff"), std::string::npos) << text;
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3);
}

TEST(SortBoxes, ByNameAgeMemoryAndRestarts) {
  EXPECT_EQ(order("name"), "ada bob cy ");
  EXPECT_EQ(order("age"), "ada bob cy ");
  EXPECT_EQ(order("memory"), "bob ada cy ");
  EXPECT_EQ(order("restarts"), "bob ada cy ");
}

TEST(SortBoxes, PutsThoseWithoutAContainerLast) {
  Looked looked;
  looked.boxes = {shown(BoxBuilder("ada")), shown(BoxBuilder("bob"))};
  looked.boxes.front().fresh.reset();
  sort_boxes(looked, "age");
  EXPECT_EQ(looked.boxes.back().record.name.str(), "ada");
  sort_boxes(looked, "restarts");
  EXPECT_EQ(looked.boxes.back().record.name.str(), "ada");
}

TEST(BoxFollower, ShowsEverythingOnceAndThenOnlyWhatChanges) {
  BoxFollower follower("text");
  Looked looked;
  looked.boxes = {shown(BoxBuilder("ada")), shown(BoxBuilder("bob"))};
  EXPECT_EQ(follower.follow(looked, kNow),
            "NAME  READY    STATUS          RESTARTS  IMAGE       MEMORY  AGE\n"
            "ada   True     Running         0         box-base:1  2GiB    10m\n"
            "bob   True     Running         0         box-base:1  2GiB    10m\n");
  EXPECT_EQ(follower.follow(looked, kNow + Duration{3'600'000}), "")
      << "growing older is no change";
  looked.boxes.back() = shown(BoxBuilder("bob"), "Unhealthy", 1);
  EXPECT_EQ(follower.follow(looked, kNow),
            "bob   False    Unhealthy       1         box-base:1  2GiB    10m\n");
  looked.boxes.pop_back();
  EXPECT_EQ(follower.follow(looked, kNow),
            "bob   -        Deleted         -         -           -       -\n");
  looked.boxes.push_back(shown(BoxBuilder("cy")));
  EXPECT_EQ(follower.follow(looked, kNow),
            "cy    True     Running         0         box-base:1  2GiB    10m\n");
}

TEST(BoxFollower, SaysNothingUntilThereIsSomething) {
  BoxFollower follower("wide");
  EXPECT_EQ(follower.follow({}, kNow), "");
  Looked looked;
  looked.boxes = {shown(BoxBuilder("ada"))};
  EXPECT_EQ(follower.follow(looked, kNow).substr(0, 4), "NAME");
}

TEST(BoxFollower, GivesMachinesOneObjectALine) {
  BoxFollower follower("json");
  Looked looked;
  looked.boxes = {shown(BoxBuilder("ada"))};
  const auto added = nlohmann::json::parse(follower.follow(looked, kNow));
  EXPECT_EQ(added.at("type"), "Added");
  EXPECT_EQ(added.at("object").at("metadata").at("name"), "ada");
  looked.boxes.front().status.observed_at += Duration{1'000};
  EXPECT_EQ(follower.follow(looked, kNow), "") << "another look is no change";
  looked.boxes.front().record.generation = 2;
  const auto modified = follower.follow(looked, kNow);
  EXPECT_EQ(nlohmann::json::parse(modified).at("type"), "Modified");
  EXPECT_EQ(std::count(modified.begin(), modified.end(), '\n'), 1);
  EXPECT_EQ(nlohmann::json::parse(follower.follow({}, kNow)).at("type"), "Deleted");
}

}  // namespace
}  // namespace boxwright::cli
