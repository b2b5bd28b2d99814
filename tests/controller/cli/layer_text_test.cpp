#include "controller/cli/layer_text.h"

#include <gtest/gtest.h>

namespace boxwright::cli {
namespace {

layers::LayerNote note(const std::string& box, const std::string& name) {
  layers::LayerNote made;
  made.box = BoxName{box};
  made.name = name;
  return made;
}

std::vector<std::string> names_of(const std::string& box, const std::string& start) {
  const auto found =
      layers_of({note("ada", "41c7"), note("ada", "41c7-2"), note("bob", "41c7-2")}, box, start);
  std::vector<std::string> names;
  for (const auto& one : found)
    names.push_back(one.name);
  return names;
}

using Names = std::vector<std::string>;

TEST(LayersOf, AreThoseOfTheBoxThatBeginLikeThat) {
  EXPECT_EQ(names_of("ada", ""), (Names{"41c7", "41c7-2"}));
  EXPECT_EQ(names_of("ada", "41"), (Names{"41c7", "41c7-2"}));
  EXPECT_EQ(names_of("bob", "41c7"), Names{"41c7-2"});
  EXPECT_EQ(names_of("ada", "5"), Names{});
}

TEST(LayersOf, IsTheOneOfThatNameWhateverElseBeginsWithIt) {
  EXPECT_EQ(names_of("ada", "41c7"), Names{"41c7"});
}

}  // namespace
}  // namespace boxwright::cli
