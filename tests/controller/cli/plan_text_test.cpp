#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "controller/cli/plan_view.h"
#include "tests/support/box_builder.h"

namespace boxwright::cli {
namespace {

using plan::ActionKind;
using plan::Remedy;

reconcile::BoxPreview box(const std::string& name, std::vector<plan::Action> actions = {}) {
  reconcile::BoxPreview preview;
  preview.record = test::BoxBuilder(name).record();
  preview.record.origin = {name + ".yaml", {3, 1}};
  preview.plan.box = BoxName{name};
  preview.plan.actions = std::move(actions);
  return preview;
}

plan::Action live_memory() {
  return {ActionKind::ChangeLive,
          {{"spec.resources.memory", "128MiB", "256MiB", Remedy::Live, "ada.yaml:7"}},
          "spec.resources.memory 128MiB -> 256MiB",
          ""};
}

TEST(PlanText, SaysThatNothingIsToDo) {
  EXPECT_EQ(plan_text({}, false), "Nothing to do: 0 boxes are as wanted.\n");
  PlanView one;
  one.boxes = {box("ada")};
  EXPECT_EQ(plan_text(one, false), "Nothing to do: 1 box is as wanted.\n");
}

TEST(PlanText, ShowsEveryKindOfActionWithItsFieldsCauseAndLoss) {
  PlanView view;
  view.boxes = {box("ada", {live_memory()}),
                box("bob", {{ActionKind::Create, {}, "the box has no container", ""}}),
                box("eve", {{ActionKind::Replace,
                             {{"spec.env.EDITOR", "", "vim", Remedy::Replace, "eve.yaml:9"},
                              {"spec.image", "a:1", "a:2", Remedy::Replace, "drift"}},
                             "spec.env.EDITOR (none) -> vim",
                             "what was changed outside the volumes"}}),
                box("gil", {{ActionKind::Remove, {}, "no longer declared", ""}}),
                box("hal", {{ActionKind::Start, {}, "its container is stopped", ""}})};
  EXPECT_EQ(
      plan_text(view, false),
      "  ~   ada: change live\n"
      "        spec.resources.memory: 128MiB -> 256MiB  (live, ada.yaml:7)\n"
      "  +   bob: create\n"
      "        because the box has no container\n"
      "        declared in bob.yaml:3\n"
      "  -/+ eve: replace\n"
      "        spec.env.EDITOR: (none) -> vim  (replace, eve.yaml:9)\n"
      "        spec.image: a:1 -> a:2  (replace, drift)\n"
      "        loses: what was changed outside the volumes\n"
      "  -   gil: remove\n"
      "        because no longer declared\n"
      "  ~   hal: start\n"
      "        because its container is stopped\n"
      "\n"
      "Plan: 1 to create, 1 to change live, 1 to start or stop, 1 to replace, 1 to remove.\n");
}

TEST(PlanText, SaysThatMoreReplacementsThanGoAtOnceGoInTurns) {
  const plan::Action replace{ActionKind::Replace, {}, "spec.image", ""};
  PlanView view;
  view.boxes = {box("ada", {replace}), box("bob", {replace}), box("cyd", {live_memory()})};
  state::SourceRecord source;
  source.name = view.boxes.front().record.source;
  source.settings.rollout = {2, 1};
  view.sources = {source};
  EXPECT_EQ(plan_text(view, false).find("at a time"), std::string::npos);
  view.boxes.push_back(box("eve", {replace}));
  const auto text = plan_text(view, false);
  EXPECT_NE(text.find("  *   source default: 3 replacements, 2 at a time\n"), std::string::npos)
      << text;
  EXPECT_NE(text.find("more than 1 rolled back halt the rest"), std::string::npos) << text;
  const auto rollout = nlohmann::json::parse(plan_json(view))["sources"][0]["rollout"];
  EXPECT_EQ(rollout["replacements"], 3);
  EXPECT_EQ(rollout["maxConcurrent"], 2);
  view.boxes.back().record.source = SourceName{"other"};
  EXPECT_EQ(plan_text(view, false).find("at a time"), std::string::npos) << "each source its own";
}

TEST(PlanText, SaysACauseThatTheFieldsDoNotTell) {
  auto action = live_memory();
  action.cause = "a hand changed it";
  PlanView view;
  view.boxes = {box("ada", {action})};
  EXPECT_NE(plan_text(view, false).find("        because a hand changed it\n"), std::string::npos);
}

TEST(PlanText, ListsWhatIsHeldApart) {
  PlanView view;
  view.boxes = {box("ada")};
  view.boxes.front().plan.held = {
      {{ActionKind::Remove, {}, "no longer declared", ""}, "pruneDelay", test::test_start()},
      {{ActionKind::Replace, {}, "spec.env", ""}, "update.policy: manual", std::nullopt}};
  EXPECT_EQ(plan_text(view, false),
            "  !   ada: remove held until 2026-01-01T00:00:00.000Z: pruneDelay\n"
            "        because no longer declared\n"
            "      ! replace held: update.policy: manual\n"
            "        because spec.env\n"
            "\n"
            "Nothing to do: 0 of 1 boxes are as wanted; 2 held.\n");
}

TEST(PlanText, GivesABoxOneBlockWhateverThereIsToSayOfIt) {
  PlanView view;
  view.boxes = {box("ada", {live_memory(), {ActionKind::Start, {}, "it is stopped", ""}})};
  auto& plan = view.boxes.front().plan;
  plan.held = {{{ActionKind::Replace, {}, "spec.env", "its files"}, "DiskLow", std::nullopt}};
  plan.findings = {{"Stalled", "DiskLow", "free some space"}};
  EXPECT_EQ(plan_text(view, false),
            "  ~   ada: change live, then start\n"
            "        spec.resources.memory: 128MiB -> 256MiB  (live, ada.yaml:7)\n"
            "        because it is stopped\n"
            "      ! replace held: DiskLow\n"
            "        because spec.env\n"
            "        loses: its files\n"
            "      ! Stalled/DiskLow\n"
            "        free some space\n"
            "\n"
            "Plan: 0 to create, 1 to change live, 1 to start or stop, 0 to replace, 0 to remove; "
            "1 held.\n");
}

reconcile::BoxPreview priced() {
  auto preview = box("eve", {{ActionKind::Replace,
                              {{"spec.image", "a:1", "a:2", Remedy::Replace, "eve.yaml:5"}},
                              "spec.image",
                              "what was changed in the container outside its volumes"}});
  preview.price = plan::Price{Duration{10'000}, Duration{2'340}, plan::Price::Basis::LastStart};
  engine::WritableLayer layer;
  layer.size = Bytes{3 * kMiB + kMiB / 2};
  layer.home = "/home/coder";
  layer.paths = {
      {"/home/coder/.local/bin/rg", engine::LayerChangeKind::Added, Bytes{2 * kMiB}},
      {"/home/coder/.bash_history", engine::LayerChangeKind::Modified, Bytes{812}},
      {"/home/coder/.profile", engine::LayerChangeKind::Deleted, std::nullopt},
      {"/home/coder/x\n\x1b[2J", engine::LayerChangeKind::Added, std::nullopt},
  };
  layer.more = 3;
  preview.layer = layer;
  return preview;
}

TEST(PlanText, SaysWhatAReplacementCosts) {
  PlanView view;
  view.boxes = {priced()};
  EXPECT_EQ(
      plan_text(view, false),
      "  -/+ eve: replace\n"
      "        spec.image: a:1 -> a:2  (replace, eve.yaml:5)\n"
      "        downtime: about 12.3s (at most 10s to stop, 2.3s to become ready as at its last "
      "start)\n"
      "        loses: what was changed in the container outside its volumes (3.5 MiB)\n"
      "             2.0 MiB  /home/coder/.local/bin/rg\n"
      "               812 B  /home/coder/.bash_history\n"
      "             deleted  /home/coder/.profile\n"
      "                   ?  /home/coder/x ?[2J\n"
      "          ... and 3 more\n"
      "\n"
      "Plan: 0 to create, 0 to change live, 1 to replace, 0 to remove.\n");
}

TEST(PlanText, SaysThatNothingIsLostAndThatItCouldNotBeMeasured) {
  PlanView view;
  view.boxes = {priced()};
  view.boxes.front().layer = engine::WritableLayer{Bytes{0}, {}, "/root", {}, 0};
  EXPECT_NE(plan_text(view, false).find("        loses: nothing\n"), std::string::npos);
  view.boxes.front().layer = engine::WritableLayer{Bytes{9}, {}, "/root", {}, 0};
  EXPECT_NE(plan_text(view, false).find("(9 B, none of it below /root)\n"), std::string::npos);
  view.boxes.front().layer =
      fail(ErrorCode::DeadlineExceeded, RetryClass::Transient, "it took too long");
  EXPECT_NE(plan_text(view, false).find("volumes (not measured: it took too long)\n"),
            std::string::npos);
}

TEST(PriceText, SaysHowItIsEstimated) {
  using Basis = plan::Price::Basis;
  EXPECT_EQ(price_text({Duration{1'000}, Duration{5'000}, Basis::Assumed}),
            "about 6s (at most 1s to stop, 5s to become ready assumed: no start is on record)");
  EXPECT_EQ(price_text({Duration{0}, Duration{0}, Basis::NotRunning}), "none: it does not run");
  EXPECT_EQ(price_text({Duration{1'500}, Duration{0}, Basis::NotRunning}),
            "until it is started (at most 1.5s to stop)");
}

TEST(PlanText, DoesNotCallAStalledBoxAsWanted) {
  PlanView view;
  view.boxes = {box("ada"), box("bob")};
  view.boxes.front().plan.findings = {{"Stalled", "VolumeLost", "volume workspace is gone"}};
  EXPECT_EQ(plan_text(view, false),
            "  !   ada: Stalled/VolumeLost\n"
            "        volume workspace is gone\n"
            "\n"
            "Nothing to do: 1 of 2 boxes are as wanted.\n");
}

TEST(PlanText, ShowsAReplacementThatAnEarlierRunBegan) {
  PlanView view;
  view.boxes = {box("ada")};
  view.boxes.front().plan.awaiting_health = true;
  EXPECT_EQ(plan_text(view, false), "Nothing to do: 1 box is as wanted.\n");
  view.boxes.front().observed.containers.resize(2);
  EXPECT_EQ(plan_text(view, false),
            "  ~   ada: replacement under way\n"
            "        its new container has yet to become healthy, or the old one comes back\n"
            "\n"
            "Nothing to do: 0 of 1 boxes are as wanted.\n");
}

PlanView with_problems() {
  PlanView view;
  view.spec_problems = {{"BW0103", "ada.yaml", {3, 5}, "unknown field `memmory`", BoxName{"ada"}}};
  view.problems = {{BoxName{"eve"}, SourceName{"team"}, "RetainedData", "restore or purge"},
                   {BoxName{"new"}, SourceName{"team"}, "NameChanged", "it was `old` before"}};
  state::SourceRecord source;
  source.name = SourceName{"team"};
  source.place = "/old";
  source.moved_to = "/new";
  source.prune_digest = "4f2c";
  source.prune_message = "3 of 10 boxes vanished; `boxwright confirm-prune team 4f2c`";
  view.sources = {source};
  return view;
}

TEST(PlanText, ShowsProblemsNotesAndBlockedSourcesFirst) {
  EXPECT_EQ(plan_text(with_problems(), false),
            "error[BW0103]: unknown field `memmory`\n"
            "  --> ada.yaml:3:5\n"
            "\n"
            "  !   eve: RetainedData\n"
            "        restore or purge\n"
            "  *   new: NameChanged\n"
            "        it was `old` before\n"
            "  !   source team: PruneBlocked\n"
            "        3 of 10 boxes vanished; `boxwright confirm-prune team 4f2c`\n"
            "  !   source team: SourceMoved\n"
            "        it was read from /old and is now read from /new; nothing is removed until "
            "`boxwright source move team` takes the new place\n"
            "\n"
            "Nothing to do: 0 boxes are as wanted.\n");
}

TEST(PlanText, CannotBeForgedByAValue) {
  auto action = live_memory();
  action.changes.front().to = "1\n  -   bob: remove\x1b[8m";
  PlanView view;
  view.boxes = {box("ada", {action})};
  const auto text = plan_text(view, false);
  EXPECT_EQ(text.find("\n  -   bob"), std::string::npos) << text;
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(PlanText, ColoursOnlyTheHeadings) {
  PlanView view;
  view.boxes = {box("bob", {{ActionKind::Create, {}, "the box has no container", ""}})};
  EXPECT_EQ(plan_text(view, true).rfind("\x1b[32m  +   bob: create\x1b[0m\n        because", 0),
            0U);
}

TEST(CountActions, LeavesOutWhatIsHeld) {
  PlanView view;
  view.boxes = {box("ada", {live_memory()})};
  view.boxes.front().plan.held = {{{ActionKind::Replace, {}, "x", ""}, "y", std::nullopt}};
  const auto counts = count_actions(view);
  EXPECT_EQ(counts.due(), 1);
  EXPECT_EQ(counts.held, 1);
  EXPECT_EQ(counts.replace, 0);
}

TEST(PlanJson, IsVersionedAndSaysTheSameAsTheText) {
  auto view = with_problems();
  view.boxes = {box("ada", {live_memory()})};
  view.boxes.front().plan.held = {
      {{ActionKind::Remove, {}, "gone", ""}, "pruneDelay", test::test_start()}};
  const auto root = nlohmann::json::parse(plan_json(view));
  EXPECT_EQ(root.at("apiVersion"), "boxwright.dev/v1");
  EXPECT_EQ(root.at("kind"), "Plan");
  EXPECT_EQ(root.at("summary").at("changeLive"), 1);
  EXPECT_EQ(root.at("summary").at("held"), 1);
  const auto& ada = root.at("boxes").at(0);
  EXPECT_EQ(ada.at("name"), "ada");
  EXPECT_EQ(ada.at("actions").at(0).at("changes").at(0),
            nlohmann::json({{"field", "spec.resources.memory"},
                            {"from", "128MiB"},
                            {"to", "256MiB"},
                            {"remedy", "live"},
                            {"source", "ada.yaml:7"}}));
  EXPECT_EQ(ada.at("held").at(0).at("until"), "2026-01-01T00:00:00.000Z");
  EXPECT_EQ(root.at("problems").at(0).at("line"), 3);
  EXPECT_EQ(root.at("problems").at(1).at("code"), "RetainedData");
  EXPECT_EQ(root.at("notes").at(0).at("code"), "NameChanged");
  EXPECT_EQ(root.at("sources").at(0).at("movedTo"), "/new");
  EXPECT_EQ(root.at("sources").at(0).at("pruneBlocked").at("digest"), "4f2c");
}

TEST(PlanJson, IsTheSameTextForTheSameView) {
  auto view = with_problems();
  view.boxes = {box("ada", {live_memory()}), box("bob")};
  EXPECT_EQ(plan_json(view), plan_json(view));
}

TEST(PlanJson, TellsThePriceAndWhatIsLost) {
  PlanView view;
  view.boxes = {priced()};
  const auto root = nlohmann::json::parse(plan_json(view));
  const auto& eve = root.at("boxes").at(0);
  EXPECT_EQ(eve.at("declaredIn"),
            nlohmann::json({{"file", "eve.yaml"}, {"line", 3}, {"column", 1}}));
  EXPECT_EQ(eve.at("underWay"), false);
  const auto& action = eve.at("actions").at(0);
  EXPECT_EQ(action.at("price"), nlohmann::json({{"downtimeSeconds", 12.34},
                                                {"stopSeconds", 10.0},
                                                {"startSeconds", 2.34},
                                                {"startBasis", "lastStart"}}));
  const auto& layer = action.at("writableLayer");
  EXPECT_EQ(layer.at("bytes"), 3 * kMiB + kMiB / 2);
  EXPECT_EQ(layer.at("morePaths"), 3);
  EXPECT_EQ(layer.at("paths").at(1),
            nlohmann::json(
                {{"path", "/home/coder/.bash_history"}, {"change", "modified"}, {"bytes", 812}}));
  EXPECT_EQ(layer.at("paths").at(2).at("bytes"), nullptr);
}

TEST(ActionsJson, LeavesOutWhatChangesByItself) {
  auto cheap = priced();
  cheap.price.reset();
  cheap.layer.reset();
  EXPECT_EQ(actions_json(cheap.plan), actions_json(priced().plan));
  EXPECT_EQ(actions_json(box("ada").plan), "[]");
}

TEST(ProblemsJson, IsVersioned) {
  const auto root = nlohmann::json::parse(problems_json(with_problems().spec_problems));
  EXPECT_EQ(root.at("kind"), "Problems");
  EXPECT_EQ(root.at("problems").at(0).at("file"), "ada.yaml");
}

}  // namespace
}  // namespace boxwright::cli
