#pragma once
// A folder of its own for each test, both databases in it, and other programs that use them.

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "state/desired_db.h"
#include "state/store.h"
#include "tests/support/fake_clock.h"

namespace boxwright::state {

/// What an outside program printed (both streams) and how it ended.
struct ProgramResult {
  int exit_code = -1;
  std::string output;
};

/// Runs a program found on PATH and waits for it. `environment` is added to our own.
[[nodiscard]] ProgramResult run_program(const std::vector<std::string>& argv,
                                        const std::string& input,
                                        const std::vector<std::string>& environment = {});

class DatabaseTest : public testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  [[nodiscard]] std::unique_ptr<Store> store(OpenMode mode = OpenMode::ReadWrite);
  [[nodiscard]] std::unique_ptr<DesiredDb> desired();
  /// Runs SQL in the real `sqlite3` program; fails the test if that fails. Gives what it printed.
  std::string sqlite3(const std::filesystem::path& file, const std::string& sql);
  /// Every name in the folder, sorted.
  [[nodiscard]] std::vector<std::string> names() const;

  std::filesystem::path folder_;
  std::filesystem::path state_file_;
  std::filesystem::path desired_file_;
  test::FakeClock clock_;
};

[[nodiscard]] std::string bytes_of(const std::filesystem::path& file);
void write_bytes(const std::filesystem::path& file, const std::string& bytes);

/// A record in which no field has its default.
[[nodiscard]] BoxRecord full_record(const std::string& name);
[[nodiscard]] SourceRecord full_source(const std::string& name);
[[nodiscard]] BoxStatus full_status(const std::string& name);
[[nodiscard]] KnownContainer known_container(const std::string& id);
/// A record with a name, a UID and an image.
[[nodiscard]] BoxRecord small_record(const std::string& name);
[[nodiscard]] WallTime at(std::int64_t milliseconds);

}  // namespace boxwright::state
