#pragma once
// A real Docker Engine of a test's own: nothing of the machine's own engine is seen or touched.

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/namespaces.h"
#include "tests/support/raw_http.h"
#include "tests/support/tar.h"

namespace boxwright::test {

/// What an image made by `Dockerd::import_image` is to be like.
struct ImageRecipe {
  /// Default: serves /healthz on 8080 at once.
  std::vector<std::string> command = {"httpd", "-f", "-p", "8080", "-h", "/www"};
  /// Further instructions: `VOLUME /data`, `HEALTHCHECK CMD true`, `ENV A=b`, `LABEL x=y`, ...
  std::vector<std::string> changes;
  /// Further files; directories above them are made. Makes the image's content differ, too.
  std::vector<TarEntry> files;
};

/// An engine in a process, network and mount namespace of its own, with its own socket, data root,
/// exec root, containerd and bridge. When this object (or the whole test process) ends, the kernel
/// ends every process in it; no mount, bridge or firewall rule outlives it.
///
/// Needs root, `dockerd` and util-linux. Not thread-safe, but the engine itself is.
class Dockerd {
 public:
  struct Options {
    std::vector<std::string> extra_flags;
  };

  /// Why no engine can be started here; empty if one can. Tests call BOXWRIGHT_NEED_DOCKERD.
  [[nodiscard]] static std::string missing();

  /// Starts it and waits until it answers. Throws std::runtime_error with the engine's log.
  Dockerd();
  explicit Dockerd(const Options& options);
  ~Dockerd();
  Dockerd(const Dockerd&) = delete;
  Dockerd& operator=(const Dockerd&) = delete;

  /// `unix:///tmp/.../engine.sock`.
  [[nodiscard]] std::string endpoint() const;
  [[nodiscard]] std::filesystem::path socket() const;
  /// Volumes live in `data_root()/volumes/NAME/_data`.
  [[nodiscard]] std::filesystem::path data_root() const;
  /// The last part of what the engine logged.
  [[nodiscard]] std::string log() const;

  /// Ends the engine as systemd would (SIGTERM, waits); its containers stop with it.
  void stop();
  /// SIGKILL: the engine is gone at once, its containers may still run.
  void kill();
  /// Starts it again after stop() or kill(); waits until it answers.
  void start();
  /// SIGSTOP: connections are accepted by the kernel, nothing is answered.
  void freeze();
  /// SIGCONT.
  void thaw();

  /// One API call by hand, independent of the client under test. `path` without a version is the
  /// engine's newest API. Body is sent as JSON. Throws std::runtime_error if there is no answer.
  RawReply call(const std::string& method, const std::string& path, const std::string& body = "");
  /// Like call(), but throws with the engine's words unless the status is 2xx.
  std::string must(const std::string& method, const std::string& path,
                   const std::string& body = "");
  /// Makes a small image from the static busybox (sh, httpd, wget, ... and /www/healthz) under this
  /// tag (`bb:1`). Gives its ID.
  std::string import_image(const std::string& tag, const ImageRecipe& recipe = {});
  /// Runs a shell command in the engine's namespaces (its loopback, its bridges); gives its output.
  std::string inside(const std::string& shell_command);
  /// Force-removes every container, volume and user network, so that a suite can share one engine.
  void clear();

 private:
  std::filesystem::path root_;
  std::string cgroup_;
  std::string command_line_;
  std::unique_ptr<Namespaces> namespaces_;
};

}  // namespace boxwright::test

/// Skips the test where no engine can be started; fails it instead when CI is set.
#define BOXWRIGHT_NEED_DOCKERD()                                              \
  do {                                                                        \
    const std::string bw_missing = ::boxwright::test::Dockerd::missing();     \
    if (!bw_missing.empty() && std::getenv("CI") != nullptr) {                \
      FAIL() << "no Docker Engine can be started: " << bw_missing;            \
    }                                                                         \
    if (!bw_missing.empty()) GTEST_SKIP() << "needs dockerd: " << bw_missing; \
  } while (false)
