#include "controller/cli/event_text.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "controller/cli/controller_log.h"
#include "tests/support/box_builder.h"

namespace boxwright::cli {
namespace {

state::Event restarted() {
  state::Event event;
  event.at = test::test_start();
  event.box = BoxName{"ada"};
  event.uid = BoxUid{"0123456789abcdef"};
  event.type = "Normal";
  event.action = "StartContainer";
  event.cause = "spec.env.EDITOR vi -> vim";
  event.revision = Revision{"r1"};
  event.result = "ok";
  event.duration = Duration{1'500};
  return event;
}

TEST(EventText, SaysWhenWhatHowLongAndWhyInOneLine) {
  EXPECT_EQ(events_text({restarted()}),
            "2026-01-01T00:00:00.000Z     ada  StartContainer  ok  1500ms  "
            "spec.env.EDITOR vi -> vim\n");
}

TEST(EventText, MarksAWarning) {
  auto event = restarted();
  event.type = "Warning";
  event.message = "the engine said no";
  const auto text = events_text({event});
  EXPECT_NE(text.find("Z  !  ada"), std::string::npos) << text;
  EXPECT_NE(text.find("vim: the engine said no"), std::string::npos) << text;
}

TEST(EventText, CannotBeMadeTwoLinesByTheEnginesWords) {
  auto event = restarted();
  event.message = "no\n2026-01-01T00:00:00.000Z  ada  forged\x1b[1A";
  const auto text = events_text({event});
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(EventText, IsOneJsonObjectALineForMachines) {
  const auto text = events_json_lines({restarted(), restarted()});
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
  const auto line = nlohmann::json::parse(text.substr(0, text.find('\n')));
  EXPECT_EQ(line.at("box"), "ada");
  EXPECT_EQ(line.at("durationMs"), 1'500);
  EXPECT_EQ(line.at("revision"), "r1");
}

TEST(EventText, FiltersByBoxTypeActionAndTime) {
  const auto event = restarted();
  const auto lets = [&event](const Options& options, WallTime from = {}) {
    return is_wanted(options, event, from);
  };
  Options options;
  EXPECT_TRUE(lets(options));
  EXPECT_FALSE(lets(options, event.at + Duration{1}));
  options.names = {"bob", "ada"};
  options.actions = {"stopcontainer", "startcontainer"};
  options.event_type = "Normal";
  EXPECT_TRUE(lets(options));
  options.event_type = "Warning";
  EXPECT_FALSE(lets(options));
  options = {};
  options.actions = {"StopContainer"};
  EXPECT_FALSE(lets(options));
  options = {};
  options.names = {"bob"};
  EXPECT_FALSE(lets(options));
}

TEST(EventText, EscapesForMachinesWhatATerminalWouldObey) {
  auto event = restarted();
  event.message = "\xc2\x9b\x1b[2J";
  const auto text = events_json_lines({event});
  EXPECT_EQ(text.find_first_of("\x1b\x9b"), std::string::npos) << text;
  EXPECT_EQ(nlohmann::json::parse(text).at("message"), event.message) << "the data is the same";
}

TEST(ControllerLog, SaysAnEventInFields) {
  EXPECT_EQ(event_line(restarted()),
            "StartContainer box=ada result=ok took=1500ms cause=\"spec.env.EDITOR vi -> vim\"");
}

TEST(ControllerLog, KeepsAForgedFieldInsideItsQuotes) {
  auto event = restarted();
  event.cause = "x\" result=ok box=\"eve";
  event.message = "no\nStopContainer box=ada";
  const auto line = event_line(event);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_NE(line.find(R"(cause="x\" result=ok box=\"eve")"), std::string::npos) << line;
}

TEST(ControllerLog, IsOneJsonObjectALine) {
  auto event = restarted();
  event.type = "Warning";
  event.message = "a\nb";
  const auto line = event_json(event, test::test_start());
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const auto parsed = nlohmann::json::parse(line);
  EXPECT_EQ(parsed.at("level"), "warning");
  EXPECT_EQ(parsed.at("message"), "a\nb");
  EXPECT_EQ(nlohmann::json::parse(message_json("hi", "info", test::test_start())).at("time"),
            "2026-01-01T00:00:00.000Z");
}

}  // namespace
}  // namespace boxwright::cli
