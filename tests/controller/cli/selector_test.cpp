#include "controller/cli/selector.h"

#include <gtest/gtest.h>

namespace boxwright::cli {
namespace {

const std::map<std::string, std::string> kLabels{{"team", "x"}, {"tier", "1"}};

bool selects(const std::string& text) {
  const auto terms = parse_selector(text);
  EXPECT_TRUE(terms) << text;
  return terms && fits(*terms, kLabels);
}

TEST(ParseSelector, KnowsEveryFormOfATerm) {
  for (const char* fitting :
       {"", "team=x", "team==x", "team", "tier!=2", "owner!=eve", "!owner", "team in (x,y)",
        "team in (x)", "team notin (y,z)", "owner notin (eve)", "team=x,tier=1",
        " team = x , tier in (1, 2) "}) {
    EXPECT_TRUE(selects(fitting)) << fitting;
  }
  for (const char* failing : {"team=y", "team!=x", "owner", "!team", "team in (y,z)",
                              "team notin (x)", "team=x,tier=2", "owner in (eve)"}) {
    EXPECT_FALSE(selects(failing)) << failing;
  }
}

TEST(ParseSelector, RefusesWhatIsNoTermAndSaysWhatIs) {
  for (const char* wrong :
       {"=x", "team=x,", ",", "team in x", "team of (x)", "!", "a b", "in (x)"}) {
    const auto terms = parse_selector(wrong);
    ASSERT_FALSE(terms) << wrong;
    EXPECT_EQ(terms.error().code, ErrorCode::InvalidSpec);
    EXPECT_NE(terms.error().message.find("k in (a,b)"), std::string::npos) << terms.error().message;
  }
}

state::BoxStatus stalled() {
  state::BoxStatus status;
  status.conditions = {{"Ready", state::ConditionStatus::False, "NoContainer", "none", 1, {}},
                       {"Stalled", state::ConditionStatus::True, "VolumeLost", "gone", 1, {}}};
  return status;
}

bool holds(const std::string& text) {
  const auto term = parse_condition(text);
  EXPECT_TRUE(term) << text;
  return term && term->fits(stalled());
}

TEST(ParseCondition, AsksForAStatusOrAReason) {
  for (const char* held :
       {"Stalled", "stalled", "!Ready", "Ready=False", "ready=false", "Stalled=VolumeLost",
        "!Suspended", "Suspended=False", "!Stalled=DiskLow"}) {
    EXPECT_TRUE(holds(held)) << held;
  }
  for (const char* failing : {"Ready", "!Stalled", "Suspended", "Ready=True", "Stalled=DiskLow"})
    EXPECT_FALSE(holds(failing)) << failing;
}

TEST(ParseCondition, SuggestsTheTypeThatWasMeant) {
  const auto near = parse_condition("Redy");
  ASSERT_FALSE(near);
  EXPECT_NE(near.error().message.find("did you mean `Ready`?"), std::string::npos);
  const auto far = parse_condition("Happiness");
  ASSERT_FALSE(far);
  EXPECT_NE(far.error().message.find("CrashLooping"), std::string::npos) << far.error().message;
  EXPECT_FALSE(parse_condition(""));
  EXPECT_FALSE(parse_condition("!"));
  EXPECT_FALSE(parse_condition("Ready="));
}

}  // namespace
}  // namespace boxwright::cli
