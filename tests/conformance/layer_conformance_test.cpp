// What a container holds outside its volumes.

#include "tests/conformance/conformance_test.h"

namespace boxwright::test {
namespace {

class LayerConformance : public ConformanceTest {
 protected:
  static state::ContainerConfig with_volume() {
    auto wanted = config();
    wanted.env["HOME"] = Secret{"/opt"};
    wanted.mounts = {{kWork, "/opt/work"}};
    return wanted;
  }
};

TEST_F(LayerConformance, AFreshContainerHoldsNothingThatCouldBeLost) {
  const ContainerId id = run(with_volume());
  const auto layer = lab().engine().writable_layer(seen(id), {});
  ASSERT_TRUE(layer.has_value()) << layer.error().message;
  EXPECT_EQ(layer->size, Bytes{0});
  EXPECT_EQ(layer->home, "/opt");
  EXPECT_TRUE(layer->paths.empty());
}

TEST_F(LayerConformance, FilesBelowHomeAreListedAndThoseOnVolumesAreNot) {
  const ContainerId id = run(with_volume());
  lab().write_in_layer("box-ada", "/opt/large", std::string(2'000, 'x'));
  lab().write_in_layer("box-ada", "/opt/small", "12345");
  lab().write_in_layer("box-ada", "/elsewhere", "1234567");
  lab().write_file(kWork, "kept", std::string(5'000, 'x'));
  const auto layer = lab().engine().writable_layer(seen(id), {});
  ASSERT_TRUE(layer.has_value()) << layer.error().message;
  EXPECT_EQ(layer->size, Bytes{2'012}) << "all of it, wherever it lies, and nothing of a volume";
  EXPECT_EQ(layer->at_stake.value_or(Bytes{2'005}), Bytes{2'005});
  EXPECT_EQ(layer->more, 0U);
  // By size where the storage driver tells where the files are, else by name: the same here.
  ASSERT_EQ(layer->paths.size(), 2U);
  EXPECT_EQ(layer->paths[0].path, "/opt/large");
  EXPECT_EQ(layer->paths[1].path, "/opt/small");
  EXPECT_EQ(layer->paths[1].kind, engine::LayerChangeKind::Added);
  EXPECT_EQ(layer->paths[1].size.value_or(Bytes{5}), Bytes{5});
}

TEST_F(LayerConformance, OfAContainerThatIsGoneIsNotFound) {
  const ContainerId id = run(config());
  const auto before = seen(id);
  ASSERT_LT(lab().remove("box-ada", true, false).status, 300);
  EXPECT_ERROR(lab().engine().writable_layer(before, {}), ErrorCode::NotFound);
}

}  // namespace
}  // namespace boxwright::test
