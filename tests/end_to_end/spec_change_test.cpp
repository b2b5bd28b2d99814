// A changed spec costs what its fields say, and no more.

#include <fmt/core.h>

#include <fstream>
#include <tuple>

#include "tests/end_to_end/harness.h"

namespace boxwright::test {
namespace {

class SpecChange : public TwoBoxes {};

TEST_F(SpecChange, LimitsAndRestartPolicyChangeLive) {
  write_box("ada",
            "  resources: {cpus: 0.25, memory: 96MiB, pids: 80}\n"
            "  restart: always\n");
  EXPECT_TRUE(eventually([] {
    const auto host = inspect("box-ada").at("HostConfig");
    return host.at("Memory") == 96 << 20 && host.at("MemorySwap") == 192 << 20 &&
           host.at("NanoCpus") == 250000000 && host.at("PidsLimit") == 80 &&
           host.at("RestartPolicy").at("Name") == "always";
  })) << inspect("box-ada").at("HostConfig");
  EXPECT_EQ(identity("box-ada"), ada_);
  expect_converged();
}

TEST_F(SpecChange, AMemoryLimitBelowWhatIsInUseWaits) {
  exec("box-ada", {"dd", "if=/dev/zero", "of=/dev/shm/held", "bs=1M", "count=40"});
  write_box("ada", "  resources: {cpus: 0.5, memory: 32MiB, pids: 64}\n");
  EXPECT_TRUE(comes_to("ada", "UpdatePending", "MemoryInUse"));
  EXPECT_EQ(inspect("box-ada").at("HostConfig").at("Memory"), 64 << 20);
  // What is in use has gone down under what is asked for.
  write_box("ada", "  resources: {cpus: 0.5, memory: 60MiB, pids: 64}\n");
  EXPECT_TRUE(
      eventually([] { return inspect("box-ada").at("HostConfig").at("Memory") == 60 << 20; }));
  EXPECT_EQ(identity("box-ada"), ada_);
  expect_converged();
}

TEST_F(SpecChange, MoreCpusThanTheHostHasAreAnErrorOfThePlan) {
  write_box("ada", "  resources: {cpus: 1000, memory: 60MiB, pids: 64}\n");
  EXPECT_TRUE(comes_to("ada", "Stalled", "CpusExceedHost"));
  const auto planned = plan();
  EXPECT_NE(planned.out.find("wants 1000 cpus and this engine's host has"), std::string::npos)
      << planned.out << planned.err;
  EXPECT_FALSE(controller_->says("UpdateContainer")) << "the engine is not asked for what it lacks";
  EXPECT_EQ(identity("box-ada"), ada_);
  EXPECT_EQ(inspect("box-ada").at("HostConfig").at("Memory"), 64 << 20);
  write_box("ada", "  resources: {cpus: 0.5, memory: 60MiB, pids: 64}\n");
  EXPECT_TRUE(
      eventually([] { return inspect("box-ada").at("HostConfig").at("Memory") == 60 << 20; }));
  EXPECT_EQ(identity("box-ada"), ada_);
  expect_converged();
}

TEST_F(SpecChange, MetadataReachesNoContainer) {
  write_box("ada", "", "  owner: ada@example.org\n  labels: {team: compilers}\n");
  EXPECT_TRUE(eventually(
      [this] { return run({"get", "-l", "team=compilers", "-o", "name"}).out == "ada\n"; }));
  EXPECT_EQ(identity("box-ada"), ada_);
  expect_converged();
  EXPECT_EQ(identity("box-ada"), ada_);
}

/// What is replaced: same volumes, same data, another container, the neighbour untouched.
class Replaced : public TwoBoxes,
                 public ::testing::WithParamInterface<std::tuple<const char*, const char*>> {};

TEST_P(Replaced, WithTheSameDataWhenTheSpecChangesIn) {
  const auto before = id("box-ada");
  engine().import_image("other:1", {.files = {{.path = "www/other", .content = "x"}}});
  write_box("ada", std::get<1>(GetParam()));
  const auto planned = plan();
  EXPECT_EQ(planned.code, 2) << planned.out << planned.err;
  EXPECT_TRUE(eventually(
      [&before] { return !exists(before) && is_running("box-ada") && identities().size() == 2; }));
  EXPECT_NE(id("box-ada"), before);
  expect_converged();
}

INSTANTIATE_TEST_SUITE_P(
    Field, Replaced,
    ::testing::Values(std::tuple{"Env", "  env: {EDITOR: vim}\n"},
                      std::tuple{"Image", "  image: other:1\n"},
                      std::tuple{"Command", "  command: [httpd, -f, -v, -p, '8080', -h, /www]\n"},
                      std::tuple{"Volumes", "  volumes: {extra: /extra}\n"},
                      std::tuple{"VolumePath", "  volumes: {inbox: /elsewhere}\n"},
                      std::tuple{"HealthCheck",
                                 "  healthcheck: {http: ':8080/healthz', interval: 7s}\n"}),
    [](const auto& one) { return std::get<0>(one.param); });

TEST_F(SpecChange, ARouteChangesByReplacement) {
  write_marker("  pruneDelay: 1s\n  domain: boxes.example\n");
  EXPECT_TRUE(eventually([] {
    const auto reply = engine().call("GET", "/containers/box-ada/json");
    return reply.status == 200 && reply.body.find("ada.boxes.example") != std::string::npos &&
           is_running("box-ada");
  }));
  EXPECT_TRUE(becomes_ready("ada"));
  const auto before = id("box-ada");
  write_box("ada", "  subdomain: lovelace\n");
  EXPECT_TRUE(eventually([&before] {
    const auto reply = engine().call("GET", "/containers/box-ada/json");
    return reply.status == 200 && reply.body.find("lovelace.boxes.example") != std::string::npos &&
           !exists(before);
  }));
  EXPECT_TRUE(becomes_ready("ada"));
  EXPECT_TRUE(has_data("ada"));
}

TEST_F(SpecChange, ADroppedVolumeIsRefusedUntilItIsAcceptedAndThenKept) {
  write_box("ada", "  volumes: {inbox: null}\n");
  EXPECT_TRUE(comes_to("ada", "Stalled", "VolumeDropped"));
  EXPECT_EQ(identity("box-ada"), ada_);
  const auto accepted = run({"accept", "ada", "--drop", "inbox"});
  EXPECT_EQ(accepted.code, 0) << accepted.err;
  EXPECT_TRUE(becomes_ready("ada"));
  EXPECT_NE(identity("box-ada"), ada_);
  EXPECT_EQ(inspect("box-ada").at("Mounts").size(), 3U);
  EXPECT_TRUE(has_data("ada")) << "the dropped volume is kept";
  EXPECT_EQ(identity("box-bob"), bob_);
  EXPECT_EQ(plan().code, 0);
}

TEST_F(SpecChange, AnotherNameIsAnotherBoxAndThePlanSaysSo) {
  // Stopped, so that the change is still to come when it is planned.
  ASSERT_EQ(controller_->stop(), 0);
  auto text = read_text(boxes() / "ada.yaml");
  text.replace(text.find("name: ada"), 9, "name: eve");
  write_file(boxes() / "ada.yaml", text);
  const auto planned = plan();
  EXPECT_EQ(planned.code, 2);
  EXPECT_NE(planned.out.find("NameChanged"), std::string::npos) << planned.out;
  controller_ = start_controller();
  EXPECT_TRUE(eventually([] { return is_running("box-eve") && !exists("box-ada"); }));
  EXPECT_TRUE(becomes_ready("eve"));
  EXPECT_FALSE(has_data("eve", "workspace"));
  EXPECT_TRUE(has_data("ada")) << "the volumes of the name that went are retained";
  EXPECT_EQ(identity("box-bob"), bob_);
}

TEST_F(SpecChange, PowerStopsAndStartsTheSameContainer) {
  const auto before = id("box-ada");
  write_box("ada", "  power: stopped\n");
  EXPECT_TRUE(eventually([] { return !is_running("box-ada"); }));
  EXPECT_TRUE(eventually([this] { return plan().code == 0; }));
  write_box("ada");
  EXPECT_TRUE(eventually([] { return is_running("box-ada"); }));
  EXPECT_EQ(id("box-ada"), before);
  expect_converged();
}

TEST_F(SpecChange, ASuspendedBoxIsNotTouchedWhateverIsDoneToIt) {
  write_box("ada", "  suspend: true\n  env: {A: b}\n");
  EXPECT_TRUE(comes_to("ada", "Suspended", "Suspended"));
  engine().must("POST", "/containers/box-ada/stop?t=1");
  EXPECT_TRUE(keeps([] { return !is_running("box-ada"); }, std::chrono::seconds(2)));
  const auto planned = plan();
  EXPECT_EQ(planned.code, 0) << planned.out;
  write_box("ada", "  env: {A: b}\n");
  EXPECT_TRUE(eventually([] { return is_running("box-ada"); }));
  EXPECT_TRUE(becomes_ready("ada"));
  EXPECT_NE(read_text(boxes() / "ada.yaml").find("A: b"), std::string::npos);
  EXPECT_NE(inspect("box-ada").at("Config").at("Env").dump().find("A=b"), std::string::npos);
  expect_converged();
}

}  // namespace
}  // namespace boxwright::test
