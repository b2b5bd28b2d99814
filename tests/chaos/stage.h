#pragma once
// What a play takes place on: a private engine, a proxy before it, a source that can be unmounted,
// a small disk for the store, and a controller that can be killed at any moment or call.

#include <filesystem>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/end_to_end/child.h"
#include "tests/support/dockerd.h"
#include "tests/support/engine_proxy.h"

namespace boxwright::chaos {

/// Where the controller is hit.
struct Failpoint {
  int calls = 1;  ///< At the so-manieth call that changes something.
  test::Fate fate = test::Fate::Vanish;
  bool kills = true;  ///< SIGKILL before the call goes on its way.
};

struct Said {
  int code = -1;
  std::string out;
  std::string err;
};

/// Takes the process into a mount namespace of its own, so nothing it mounts outlives it: one
/// object in a process, made before any thread. Not thread-safe.
class Stage {
 public:
  /// Throws std::runtime_error where that, or an engine, is not to be had.
  explicit Stage(std::string boxwright = BOXWRIGHT_BINARY);
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  [[nodiscard]] test::Dockerd& engine() { return *engine_; }
  /// Where spec files are written, mounted or not.
  [[nodiscard]] std::filesystem::path files() const { return root_ / "files"; }
  [[nodiscard]] std::filesystem::path volume_folder(const std::string& volume) const;

  void start_controller();
  [[nodiscard]] bool controller_runs();
  /// SIGKILL.
  void kill_controller();
  /// SIGTERM; -1: it did not end within its time.
  int stop_controller();
  void arm(const Failpoint& failpoint);
  void disarm();
  /// Controllers that ended by a signal of their own (abort, segmentation fault), one a line.
  [[nodiscard]] const std::string& crashes() const { return crashes_; }
  /// How often an armed failpoint was reached.
  [[nodiscard]] int hits() const;
  /// The last lines of the controllers' logs.
  [[nodiscard]] std::string log() const;

  /// The source's folder is empty, as one whose disk is not there.
  void unmount_source();
  void mount_source();
  /// No byte more can be written where the store is.
  void fill_disk();
  void free_disk();

  /// The binary beside the controller, straight to the engine.
  [[nodiscard]] Said run(const std::vector<std::string>& words);
  [[nodiscard]] Said plan() { return run({"plan", "-f", boxes().string(), "--detailed-exitcode"}); }

 private:
  [[nodiscard]] std::filesystem::path boxes() const { return root_ / "boxes"; }
  [[nodiscard]] std::filesystem::path state() const { return root_ / "state"; }
  [[nodiscard]] std::vector<std::string> command(const std::string& endpoint) const;
  void note_end(int code);
  test::Fate judge(const test::EngineRequest& request);

  std::string boxwright_;
  std::filesystem::path root_;
  std::unique_ptr<test::Dockerd> engine_;
  std::unique_ptr<test::EngineProxy> proxy_;
  std::unique_ptr<test::Child> controller_;
  int starts_ = 0;
  std::string crashes_;
  bool mounted_ = false;

  mutable std::mutex mutex_;  ///< Of what the proxy's thread reads, too.
  int armed_for_ = 0;         ///< The controller's process; 0: nothing is armed.
  Failpoint failpoint_;
  int hits_ = 0;
};

}  // namespace boxwright::chaos
