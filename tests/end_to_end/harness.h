#pragma once
// The built binary against a private engine, as a person would use it.

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/end_to_end/child.h"
#include "tests/support/dockerd.h"

namespace boxwright::test {

/// The image that every engine of these tests has: a web server on 8080 with /healthz.
inline constexpr const char* kImage = "bb:1";

struct Ran {
  int code = -1;
  std::string out;
  std::string err;
};

/// `boxwright run`, ended with this object.
class Controller {
 public:
  Controller(const Child::Settings& settings, std::filesystem::path log)
      : child_(settings), log_(std::move(log)) {}

  [[nodiscard]] std::string log() const { return read_text(log_); }
  [[nodiscard]] bool says(const std::string& words) const {
    return log().find(words) != std::string::npos;
  }
  /// SIGTERM, as a service manager does; gives the exit code, -1 if it did not end within 5 s.
  int stop() {
    child_.signal(SIGTERM);
    return child_.wait(std::chrono::seconds(5));
  }
  [[nodiscard]] Child& process() { return child_; }

 private:
  Child child_;
  std::filesystem::path log_;
};

/// Holds a process still, so that a hand can do several things before it is looked at.
class Frozen {
 public:
  explicit Frozen(const Child& process) : process_(process) { process_.signal(SIGSTOP); }
  ~Frozen() { process_.signal(SIGCONT); }
  Frozen(const Frozen&) = delete;
  Frozen& operator=(const Frozen&) = delete;

 private:
  const Child& process_;
};

[[nodiscard]] inline bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// A spec folder, a state folder and an empty engine; the engine is shared by all tests of a
/// program.
class EndToEnd : public ::testing::Test {
 protected:
  void SetUp() override;
  /// Prints what the controller said, if the test failed.
  void TearDown() override;

  [[nodiscard]] static Dockerd& engine();

  /// Where the binary finds the engine; a test may put something in between.
  [[nodiscard]] virtual std::string endpoint() const { return engine().endpoint(); }

  [[nodiscard]] std::filesystem::path root() const { return root_; }
  [[nodiscard]] std::filesystem::path boxes() const { return root_ / "boxes"; }
  [[nodiscard]] std::filesystem::path state_file() const { return root_ / "state" / "state.db"; }
  [[nodiscard]] std::filesystem::path desired_file() const {
    return root_ / "state" / "desired.db";
  }

  /// The marker; `settings` are lines below `spec:`.
  void write_marker(const std::string& settings = "  pruneDelay: 1s\n",
                    const std::string& name = "team") const;
  /// A small box on the test image, in its own file; `extra` are further lines below `spec:`.
  void write_box(const std::string& name, const std::string& extra = "",
                 const std::string& metadata = "") const;
  void remove_box(const std::string& name) const;
  void write_file(const std::filesystem::path& file, const std::string& text) const;

  /// The binary, with the engine and the state of this test.
  [[nodiscard]] Ran run(const std::vector<std::string>& words,
                        std::chrono::milliseconds limit = std::chrono::seconds(60)) const;
  /// The same; a test failure unless it ends with this code.
  Ran must(const std::vector<std::string>& words, int code = 0) const;
  /// The binary with these words alone; `prefix` are words of a program that starts it.
  [[nodiscard]] Ran run_bare(const std::vector<std::string>& words,
                             const std::vector<std::string>& prefix = {},
                             std::chrono::milliseconds limit = std::chrono::seconds(60)) const;
  /// `apply` over the spec folder, or another one.
  [[nodiscard]] Ran apply() const { return apply(boxes()); }
  [[nodiscard]] Ran apply(const std::filesystem::path& folder) const;
  /// `plan --detailed-exitcode`.
  [[nodiscard]] Ran plan() const { return plan(boxes()); }
  [[nodiscard]] Ran plan(const std::filesystem::path& folder) const;
  /// Started, not waited for; its output is in root()/NAME.out and NAME.err.
  [[nodiscard]] std::unique_ptr<Child> start(const std::string& name,
                                             const std::vector<std::string>& words) const;

  /// `boxwright run` over the spec folder, waited for until it has looked at everything once.
  [[nodiscard]] std::unique_ptr<Controller> start_controller() const;
  [[nodiscard]] std::unique_ptr<Controller> start_controller(
      const std::vector<std::string>& words) const;

  // What the engine says, asked by hand.
  [[nodiscard]] static nlohmann::json inspect(const std::string& container);
  [[nodiscard]] static bool exists(const std::string& container);
  [[nodiscard]] static std::string id(const std::string& container);
  /// ID and start: what must not change where nothing was to be disturbed. `absent` if there is
  /// none.
  [[nodiscard]] static std::string identity(const std::string& container);
  /// Of every container there is, by name, but the one that only holds volumes.
  [[nodiscard]] static std::map<std::string, std::string> identities();
  [[nodiscard]] static bool is_running(const std::string& container);
  [[nodiscard]] static std::vector<std::string> volume_names();
  static std::string exec(const std::string& container, const std::vector<std::string>& words);

  // One file in every volume of a box.
  static void put_data(const std::string& box);
  [[nodiscard]] static bool has_data(const std::string& box);
  [[nodiscard]] static bool has_data(const std::string& box, const std::string& key);
  [[nodiscard]] static std::filesystem::path volume_folder(const std::string& volume);

  // What Boxwright tells.
  /// The reason of a condition that is True in `get -o json`; empty: there is none.
  [[nodiscard]] std::string reason(const std::string& box, const std::string& condition) const;
  [[nodiscard]] std::string message(const std::string& box, const std::string& condition) const;
  /// The box is told of, and not with that condition.
  [[nodiscard]] bool is_free_of(const std::string& box, const std::string& condition) const;
  /// When that condition became True, RFC 3339.
  [[nodiscard]] std::string since(const std::string& box, const std::string& condition) const;
  /// Polls until that condition has that reason; the failure shows what is told instead.
  [[nodiscard]] ::testing::AssertionResult comes_to(const std::string& box,
                                                    const std::string& condition,
                                                    const std::string& reason) const;
  [[nodiscard]] ::testing::AssertionResult becomes_ready(const std::string& box) const;
  /// What confirms the prune that the guard of source `team` holds; empty: it holds none.
  [[nodiscard]] std::string prune_digest() const;
  /// `sqlite3` on the public database.
  [[nodiscard]] std::string sql(const std::string& statement) const;

 private:
  /// Null: the box is not told of. An empty object: it is without that condition.
  [[nodiscard]] nlohmann::json condition(const std::string& box, const std::string& type) const;

  std::filesystem::path root_;
};

/// The controller runs, both boxes stand; `bob` is never touched and must never change.
class TwoBoxes : public EndToEnd {
 protected:
  void SetUp() override;
  /// Ready, data whole, `bob` as it was, no other container, and nothing left to do.
  void expect_converged() const;

  std::string ada_;  ///< Its identity at the start.
  std::string bob_;
  std::unique_ptr<Controller> controller_;
};

}  // namespace boxwright::test
