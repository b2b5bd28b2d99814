#pragma once
// The Box model: plain values, complete (every default filled in), no knowledge of files or
// engines.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "specs/base/clock.h"
#include "specs/base/ids.h"
#include "specs/base/units.h"
#include "specs/model/update_window.h"

namespace boxwright::specs {

enum class PullPolicy { IfAbsent, Always, Never };
enum class Power { Running, Stopped };
enum class RolloutPolicy { Auto, OnStop, Manual };
enum class ImagePolicy { Report, Follow };
enum class VolumeDeletion { Retain, Delete };
/// The engine's own restart policies; `on-failure` carries no retry count.
enum class RestartPolicy { No, Always, UnlessStopped, OnFailure };

/// Limits of a box. MemorySwap is always twice `memory`, the engine's own rule, so no "unlimited"
/// exists to go back to.
struct Resources {
  NanoCpus cpus{1'500'000'000};
  Bytes memory{2 * kGiB};
  std::int64_t pids = 4096;
  bool operator==(const Resources&) const = default;
};

/// One named volume of a box; the key in `BoxSpec::volumes` is its identity.
struct VolumeSpec {
  std::string path;         ///< Absolute, clean, inside the container.
  bool disposable = false;  ///< May be made anew when lost.
  bool operator==(const VolumeSpec&) const = default;
};

/// `http: ":8080/healthz"`: works in images that have curl or wget.
struct HttpCheck {
  std::uint16_t port = 8080;
  std::string path = "/healthz";
  bool operator==(const HttpCheck&) const = default;
};
struct ShellCheck {
  std::string command;
  bool operator==(const ShellCheck&) const = default;
};
struct CommandCheck {
  std::vector<std::string> argv;
  bool operator==(const CommandCheck&) const = default;
};
struct NoCheck {
  bool operator==(const NoCheck&) const = default;
};

struct HealthCheck {
  std::variant<HttpCheck, ShellCheck, CommandCheck, NoCheck> check = HttpCheck{};
  Duration interval{30'000};
  Duration timeout{3'000};
  int retries = 3;
  Duration start_period{10'000};
  bool operator==(const HealthCheck&) const = default;
};

struct UpdatePolicy {
  RolloutPolicy policy = RolloutPolicy::Auto;
  ImagePolicy image = ImagePolicy::Report;
  Duration health_timeout{120'000};
  /// How long an update that is due waits for an active session to end; 0: not at all.
  Duration idle_deadline{0};
  std::vector<UpdateWindow> windows;  ///< Empty: at any time.
  bool operator==(const UpdatePolicy&) const = default;
};

struct DeletionPolicy {
  VolumeDeletion volumes = VolumeDeletion::Retain;
  Duration delay{24LL * 3600 * 1000};
  bool operator==(const DeletionPolicy&) const = default;
};

/// `127.0.0.1:2222:22` or `127.0.0.1:5353:53/udp`. Host port 0 is not allowed.
struct PublishedPort {
  std::string host_ip;
  std::uint16_t host_port = 0;
  std::uint16_t container_port = 0;
  std::string protocol = "tcp";
  auto operator<=>(const PublishedPort&) const = default;
};

/// Where a secret comes from. The value is never part of a spec.
struct SecretRef {
  std::string from;
  bool operator==(const SecretRef&) const = default;
};

/// What a person wants of one box, complete.
struct BoxSpec {
  std::string image;  ///< Required. The reference as written.
  PullPolicy pull = PullPolicy::IfAbsent;
  std::string subdomain;             ///< Default: the box's name.
  std::vector<std::string> command;  ///< Empty: the image's command.
  Resources resources;
  std::map<std::string, std::string> env;
  std::map<std::string, SecretRef> secrets;
  std::map<std::string, VolumeSpec> volumes;  ///< Default: default_volumes().
  HealthCheck healthcheck;
  RestartPolicy restart = RestartPolicy::UnlessStopped;
  Duration stop_grace_period{10'000};
  Power power = Power::Running;
  bool suspend = false;
  UpdatePolicy update;
  DeletionPolicy deletion;
  std::vector<PublishedPort> publish;
  bool operator==(const BoxSpec&) const = default;
};

/// workspace, config, cache (disposable), inbox under /home/coder.
[[nodiscard]] std::map<std::string, VolumeSpec> default_volumes();

/// A place in a document; 1-based. Line 0 means "no position" (a table row).
struct Position {
  int line = 0;
  int column = 0;
  auto operator<=>(const Position&) const = default;
};

/// Where a field was written.
struct FieldPlace {
  Position at;
  std::string file;  ///< As in Origin, of a field that is inherited; empty: the box's own.
  bool operator==(const FieldPlace&) const = default;
};

/// Where a box was declared. `file` is relative to the source's folder, or `desired_boxes/NAME`.
struct Origin {
  std::string file;
  Position at;
  bool operator==(const Origin&) const = default;
};

/// The place of a field, or of the nearest enclosing one that was written; else the box's own.
/// `field`: dotted path.
[[nodiscard]] Origin place_of_field(const std::map<std::string, FieldPlace>& fields,
                                    const Origin& box, std::string field);

/// One declared box: metadata, complete spec, and where it stands.
struct BoxDeclaration {
  BoxName name;
  std::string owner;                          ///< Empty: none.
  std::map<std::string, std::string> labels;  ///< For people and filters; never put on a container.
  BoxSpec spec;
  Origin origin;
  /// Where each field that was written stands, by dotted path (`spec.resources.memory`).
  std::map<std::string, FieldPlace> fields;
  bool operator==(const BoxDeclaration&) const = default;
};

[[nodiscard]] std::string_view to_string(PullPolicy value);
[[nodiscard]] std::string_view to_string(Power value);
[[nodiscard]] std::string_view to_string(RolloutPolicy value);
[[nodiscard]] std::string_view to_string(ImagePolicy value);
[[nodiscard]] std::string_view to_string(VolumeDeletion value);
[[nodiscard]] std::string_view to_string(RestartPolicy value);
/// `:8080/healthz`-style one-line texts, for plans.
[[nodiscard]] std::string describe(const HealthCheck& check);
/// `127.0.0.1:2222:22` (`/udp` appended where it is not tcp).
[[nodiscard]] std::string to_string(const PublishedPort& port);

}  // namespace boxwright::specs
