#include "tests/state/database_fixture.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

namespace boxwright::state {

namespace {

namespace fs = std::filesystem;

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (auto& text : texts)
    result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

/// A file without a name, so that neither side of a pipe can fill up.
int scratch_file(const std::string& content) {
  const int fd = ::memfd_create("scratch", 0);
  const auto written = ::write(fd, content.data(), content.size());
  EXPECT_EQ(written, static_cast<ssize_t>(content.size()));
  ::lseek(fd, 0, SEEK_SET);
  return fd;
}

std::string read_from_start(int fd) {
  ::lseek(fd, 0, SEEK_SET);
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t n = 0; (n = ::read(fd, buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(n));
  }
  return text;
}

}  // namespace

ProgramResult run_program(const std::vector<std::string>& argv, const std::string& input,
                          const std::vector<std::string>& environment) {
  std::vector<std::string> arguments = argv;
  std::vector<std::string> variables = environment;
  for (char** entry = environ; *entry != nullptr; ++entry)
    variables.emplace_back(*entry);
  const int in = scratch_file(input);
  const int out = scratch_file("");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out, STDERR_FILENO);
  pid_t child = 0;
  ProgramResult result;
  const int error = ::posix_spawnp(&child, arguments[0].c_str(), &actions, nullptr,
                                   pointers(arguments).data(), pointers(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  if (error == 0) {
    int status = 0;
    ::waitpid(child, &status, 0);
    result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    result.output = read_from_start(out);
  }
  ::close(in);
  ::close(out);
  return result;
}

void DatabaseTest::SetUp() {
  std::string pattern = testing::TempDir() + "boxwright-state-XXXXXX";
  ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
  folder_ = pattern;
  state_file_ = folder_ / "state.db";
  desired_file_ = folder_ / "desired.db";
}

void DatabaseTest::TearDown() {
  fs::remove_all(folder_);
}

std::unique_ptr<Store> DatabaseTest::store(OpenMode mode) {
  auto opened = open_store(state_file_, mode, clock_);
  if (!opened) {
    ADD_FAILURE() << opened.error().message;
    return nullptr;
  }
  return std::move(opened->store);
}

std::unique_ptr<DesiredDb> DatabaseTest::desired() {
  auto opened = open_desired_db(desired_file_, clock_);
  if (!opened) {
    ADD_FAILURE() << opened.error().message;
    return nullptr;
  }
  return std::move(opened->db);
}

std::string DatabaseTest::sqlite3(const fs::path& file, const std::string& sql) {
  const auto result = run_program({"sqlite3", "-batch", "-bail", file.string()}, sql);
  EXPECT_EQ(result.exit_code, 0) << sql << "\n" << result.output;
  return result.output;
}

std::vector<std::string> DatabaseTest::names() const {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder_)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string bytes_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

void write_bytes(const fs::path& file, const std::string& bytes) {
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  stream << bytes;
}

WallTime at(std::int64_t milliseconds) {
  return WallTime{Duration{milliseconds}};
}

KnownContainer known_container(const std::string& id) {
  return {ContainerId{id},     Attempt{"a-" + id},   "v1:hash", "v1:key:mac", "1",
          ImageId{"sha256:1"}, R"({"image":"x:1"})", true};
}

BoxRecord small_record(const std::string& name) {
  BoxRecord box;
  box.name = BoxName{name};
  box.uid = BoxUid{"uid-" + name};
  box.source = SourceName{"default"};
  box.spec.image = "box-base:1";
  box.generation = 1;
  return box;
}

BoxRecord full_record(const std::string& name) {
  BoxRecord box = small_record(name);
  box.owner = "ada@example.org";
  box.labels = {{"team", "compilers"}, {"quote", "it's \"so\""}};
  box.spec.env = {{"EDITOR", "vim"}};
  box.spec.volumes = specs::default_volumes();
  box.spec.healthcheck.check = specs::ShellCheck{"true"};
  box.generation = 7;
  box.origin = {"boxes/ada.yaml", {3, 5}};
  box.fields = {{"spec.image", {{4, 10}, ""}}, {"spec.env.EDITOR", {{6, 1}, "defaults.yaml"}}};
  box.revision = Revision{"sha-1"};
  box.settings.domain = "boxes.example";
  box.settings.routing = specs::RoutingMode::None;
  box.settings.network = "web";
  box.settings.entry_point = "https";
  box.settings.prune_delay = Duration{1'500};
  box.settings.secrets_dir = "/run/secrets";
  box.settings.rollout = {4, 2};
  box.problem = "boxes/ada.yaml:9:25: error";
  box.containers = {known_container("c2"), known_container("c1")};
  box.expected_volumes = {"workspace", "cache"};
  box.tombstone = Tombstone{Tombstone::Kind::Delete,
                            at(1),
                            Revision{"sha-0"},
                            true,
                            true,
                            at(2),
                            {VolumeName("box-ada-cache")},
                            true,
                            "ada"};
  box.verdict = Verdict{"hash image mac", "RolledBack", "did not become healthy", at(3)};
  return box;
}

SourceRecord full_source(const std::string& name) {
  SourceRecord source;
  source.name = SourceName{name};
  source.place = "/srv/boxes";
  source.revision = Revision{"sha-1"};
  source.settings.domain = "boxes.example";
  source.last_good = at(1'700'000'000'123);
  source.error = "unreadable";
  source.moved_to = "/srv/elsewhere";
  source.prune_digest = "4f2c";
  source.prune_message = "too many at once";
  source.prune_set = {BoxName{"ada"}, BoxName{"ben"}};
  source.prune_confirmed = {BoxName{"ada"}};
  source.sizes = {{at(1), 10}, {at(2), 12}};
  source.removals = {{at(3), BoxName{"cleo"}}};
  source.rollout_resumed = at(9);
  return source;
}

BoxStatus full_status(const std::string& name) {
  BoxStatus status;
  status.name = BoxName{name};
  status.uid = BoxUid{"uid-" + name};
  status.conditions = {
      {"Ready", ConditionStatus::True, "Healthy", "answers", 3, at(5)},
      {"Stalled", ConditionStatus::False, "None", "", 3, at(6)},
      {"Drifted", ConditionStatus::Unknown, "NotLooked", "engine away", 2, at(7)},
  };
  status.container = ContainerId{"c1"};
  status.container_state = "running";
  status.url = "https://ada.boxes.example";
  status.observed_at = at(1'700'000'000'456);
  return status;
}

}  // namespace boxwright::state
