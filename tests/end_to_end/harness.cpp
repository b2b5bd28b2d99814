#include "tests/end_to_end/harness.h"

#include <fmt/core.h>
#include <unistd.h>

#include <array>
#include <fstream>

namespace boxwright::test {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr std::array<const char*, 4> kVolumeKeys{"cache", "config", "inbox", "workspace"};

/// Started for the first test that needs it, stopped with the program.
class SharedEngine : public ::testing::Environment {
 public:
  Dockerd& get() {
    if (!engine_) {
      engine_ = std::make_unique<Dockerd>();
      engine_->import_image(kImage);
    }
    return *engine_;
  }
  void TearDown() override { engine_.reset(); }

 private:
  std::unique_ptr<Dockerd> engine_;
};

// GoogleTest owns it.
SharedEngine& shared_engine() {
  static auto* const kEngine = new SharedEngine;
  return *kEngine;
}
const auto* const kRegistered = ::testing::AddGlobalTestEnvironment(&shared_engine());

}  // namespace

Dockerd& EndToEnd::engine() {
  return shared_engine().get();
}

void EndToEnd::SetUp() {
  BOXWRIGHT_NEED_DOCKERD();
  engine().clear();
  std::string pattern = (fs::temp_directory_path() / "bw-e2e-XXXXXX").string();
  ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
  root_ = pattern;
  fs::create_directories(boxes());
  write_marker();
}

void EndToEnd::TearDown() {
  if (root_.empty()) return;
  if (HasFailure()) {
    for (const auto& entry : fs::directory_iterator(root_)) {
      if (entry.path().extension() == ".log") std::cerr << read_text(entry.path());
    }
  }
  std::error_code ignored;
  fs::remove_all(root_, ignored);
}

void EndToEnd::write_file(const fs::path& file, const std::string& text) const {
  std::ofstream out(file, std::ios::binary);
  out << text;
}

void EndToEnd::write_marker(const std::string& settings, const std::string& name) const {
  write_file(boxes() / "boxwright.yaml",
             fmt::format("apiVersion: boxwright.dev/v1\nkind: Source\nmetadata: {{name: {}}}\n"
                         "spec:\n{}",
                         name, settings));
}

void EndToEnd::write_box(const std::string& name, const std::string& extra,
                         const std::string& metadata) const {
  // What `extra` says anew is not said twice.
  const auto unless = [&extra](const char* field, const std::string& line) {
    return extra.find(fmt::format("  {}:", field)) == std::string::npos ? line : std::string{};
  };
  write_file(
      boxes() / (name + ".yaml"),
      fmt::format("apiVersion: boxwright.dev/v1\nkind: Box\nmetadata:\n  name: {}\n{}spec:\n", name,
                  metadata) +
          unless("image", fmt::format("  image: {}\n", kImage)) +
          unless("resources", "  resources: {cpus: 0.5, memory: 64MiB, pids: 64}\n") +
          unless("stopGracePeriod", "  stopGracePeriod: 1s\n") + extra);
}

void EndToEnd::remove_box(const std::string& name) const {
  fs::remove(boxes() / (name + ".yaml"));
}

Ran EndToEnd::run_bare(const std::vector<std::string>& words,
                       const std::vector<std::string>& prefix,
                       std::chrono::milliseconds limit) const {
  Child::Settings settings{prefix, root_ / "out.txt", root_ / "err.txt"};
  settings.words.emplace_back(BOXWRIGHT_BINARY);
  settings.words.insert(settings.words.end(), words.begin(), words.end());
  Ran ran;
  ran.code = Child(settings).wait(limit);
  ran.out = read_text(settings.out);
  ran.err = read_text(settings.err);
  return ran;
}

Ran EndToEnd::run(const std::vector<std::string>& words, std::chrono::milliseconds limit) const {
  std::vector<std::string> all{"--engine", endpoint(), "--state", state_file().string()};
  all.insert(all.end(), words.begin(), words.end());
  return run_bare(all, {}, limit);
}

Ran EndToEnd::apply(const fs::path& folder) const {
  return run({"apply", "-f", folder.string(), "--yes", "--timeout", "40s"});
}

Ran EndToEnd::plan(const fs::path& folder) const {
  return run({"plan", "-f", folder.string(), "--detailed-exitcode"});
}

std::unique_ptr<Child> EndToEnd::start(const std::string& name,
                                       const std::vector<std::string>& words) const {
  Child::Settings settings{
      {BOXWRIGHT_BINARY, "--engine", endpoint(), "--state", state_file().string()},
      root_ / (name + ".out"),
      root_ / (name + ".err")};
  settings.words.insert(settings.words.end(), words.begin(), words.end());
  return std::make_unique<Child>(settings);
}

std::unique_ptr<Controller> EndToEnd::start_controller() const {
  return start_controller({boxes().string()});
}

std::unique_ptr<Controller> EndToEnd::start_controller(
    const std::vector<std::string>& words) const {
  Child::Settings settings{
      {BOXWRIGHT_BINARY, "--engine", endpoint(), "--state", state_file().string(), "run"},
      root_ / "run.out",
      root_ / "run.log"};
  settings.words.insert(settings.words.end(), words.begin(), words.end());
  auto controller = std::make_unique<Controller>(settings, settings.err);
  EXPECT_TRUE(
      eventually([&] { return controller->says("ready:") || !controller->process().runs(); }));
  EXPECT_TRUE(controller->says("ready:")) << controller->log();
  return controller;
}

Ran EndToEnd::must(const std::vector<std::string>& words, int code) const {
  auto ran = run(words);
  EXPECT_EQ(ran.code, code) << ::testing::PrintToString(words) << "\n" << ran.out << ran.err;
  return ran;
}

std::string EndToEnd::prune_digest() const {
  const auto text = run({"source", "list"}).out;
  const std::string words = "confirm-prune team ";
  const auto at = text.find(words);
  return at == std::string::npos ? std::string{} : text.substr(at + words.size(), 4);
}

json EndToEnd::condition(const std::string& box, const std::string& type) const {
  const auto got = run({"get", box, "-o", "json"});
  const auto list = json::parse(got.out, nullptr, false);
  if (list.is_discarded() || !list.contains("items") || list.at("items").empty()) return nullptr;
  for (const auto& one : list.at("items").front().at("status").at("conditions")) {
    if (one.at("type") == type && one.at("status") == "True") return one;
  }
  return json::object();
}

namespace {

std::string text_of(const json& condition, const char* field) {
  return condition.is_object() ? condition.value(field, "") : "";
}

}  // namespace

bool EndToEnd::is_free_of(const std::string& box, const std::string& type) const {
  const auto found = condition(box, type);
  return found.is_object() && found.empty();
}

std::string EndToEnd::reason(const std::string& box, const std::string& type) const {
  return text_of(condition(box, type), "reason");
}

std::string EndToEnd::message(const std::string& box, const std::string& type) const {
  return text_of(condition(box, type), "message");
}

std::string EndToEnd::since(const std::string& box, const std::string& type) const {
  return text_of(condition(box, type), "lastTransitionTime");
}

::testing::AssertionResult EndToEnd::comes_to(const std::string& box, const std::string& type,
                                              const std::string& wanted) const {
  if (eventually([&] { return reason(box, type) == wanted; })) {
    return ::testing::AssertionSuccess();
  }
  return ::testing::AssertionFailure()
         << box << " did not come to " << type << "/" << wanted << " but to\n"
         << run({"describe", box}).out;
}

::testing::AssertionResult EndToEnd::becomes_ready(const std::string& box) const {
  return comes_to(box, "Ready", "Running");
}

std::string EndToEnd::sql(const std::string& statement) const {
  const Child::Settings settings{
      {"sqlite3", "-cmd", ".timeout 5000", desired_file().string(), statement},
      root_ / "sql.out",
      root_ / "sql.err"};
  EXPECT_EQ(Child(settings).wait(), 0) << read_text(settings.err);
  auto text = read_text(settings.out);
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

void EndToEnd::put_data(const std::string& box) {
  for (const auto* key : kVolumeKeys) {
    std::ofstream(volume_folder(fmt::format("box-{}-{}", box, key)) / "data") << box << key;
  }
}

bool EndToEnd::has_data(const std::string& box, const std::string& key) {
  return read_text(volume_folder(fmt::format("box-{}-{}", box, key)) / "data") == box + key;
}

bool EndToEnd::has_data(const std::string& box) {
  return std::all_of(kVolumeKeys.begin(), kVolumeKeys.end(),
                     [&box](const auto* key) { return has_data(box, key); });
}

void TwoBoxes::SetUp() {
  EndToEnd::SetUp();
  if (HasFatalFailure() || IsSkipped()) return;
  write_box("ada");
  write_box("bob");
  controller_ = start_controller();
  ASSERT_TRUE(becomes_ready("ada"));
  ASSERT_TRUE(becomes_ready("bob"));
  put_data("ada");
  put_data("bob");
  ada_ = identity("box-ada");
  bob_ = identity("box-bob");
}

void TwoBoxes::expect_converged() const {
  EXPECT_TRUE(becomes_ready("ada"));
  EXPECT_TRUE(has_data("ada"));
  EXPECT_TRUE(has_data("bob"));
  EXPECT_EQ(identity("box-bob"), bob_);
  // What was replaced goes once the new one is ready.
  EXPECT_TRUE(eventually([] { return identities().size() == 2; }));
  EXPECT_EQ(identities().size(), 2U);
  const auto planned = plan();
  EXPECT_EQ(planned.code, 0) << planned.out << planned.err;
}

}  // namespace boxwright::test
