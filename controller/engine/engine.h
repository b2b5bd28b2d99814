#pragma once
// THE SEAM to what runs containers. In our words, not the engine's.

#include <functional>
#include <map>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "controller/engine/step.h"
#include "controller/engine/writable_layer.h"
#include "specs/base/error.h"
#include "state/observed.h"

namespace boxwright::engine {

/// Everything needed to read one box fresh.
struct BoxQuery {
  Installation installation;
  BoxUid uid;  ///< Empty for a box that has none yet: finds name holders and volumes only.
  BoxName name;
  std::string image;  ///< Reference to look up; empty: none.
  std::set<VolumeName>
      volume_names;  ///< Names it needs; holders without our labels are reported too.
};

/// Everything needed to read what holds the volumes of an installation.
struct HoldQuery {
  Installation installation;
  std::string image;  ///< Reference to look up.
};

/// Something happened to an object; only a hint to look. No decision reads more than this.
struct EngineEvent {
  BoxName box;            ///< From our labels; empty: unknown, look at everything.
  ContainerId container;  ///< Empty for volumes and networks.
  std::string action;     ///< The engine's word: `die`, `kill`, `health_status: healthy`, ...
  WallTime at{};
  bool of_hold = false;  ///< About a container that holds volumes; `box` is empty.
};

/// What a program said that was run in a container.
struct ExecAnswer {
  int exit_code = 0;
  std::string output;
};
inline constexpr std::size_t kAnswerLongest = std::size_t{64} << 10U;

/// Progress of a long step: `pulling 40 %`. May be called from the performing thread only.
using ProgressSink = std::function<void(const std::string& text)>;

/// Takes the next bytes of a tar archive, cut anywhere; false: enough, which is no error.
using ArchiveSink = std::function<bool(std::string_view chunk)>;
/// Gives the next bytes of a tar archive; an empty string ends it, an error breaks the call off.
using ArchiveChunks = std::function<Result<std::string>()>;

/// Thread-safe: many workers call at once. Every call ends by its own deadline or soon after `stop`
/// is requested (Cancelled). After DeadlineExceeded or a lost connection the call may have taken
/// effect: observe before acting again.
///
/// Errors: Unavailable/Transient (engine not reachable), Denied/Terminal (socket permission),
/// Unsupported/Terminal (API too old), NotFound, Conflict, Refused (with the engine's own words).
class Engine {
 public:
  virtual ~Engine() = default;

  [[nodiscard]] virtual Result<state::EngineFacts> facts(std::stop_token stop) = 0;

  /// All objects with this installation's label; never a partial list: an error instead.
  [[nodiscard]] virtual Result<state::ObservedFleet> observe_fleet(const Installation& installation,
                                                                   std::stop_token stop) = 0;
  [[nodiscard]] virtual Result<state::ObservedBox> observe_box(const BoxQuery& query,
                                                               std::stop_token stop) = 0;

  [[nodiscard]] virtual Result<state::HoldView> observe_holds(const HoldQuery& query,
                                                              std::stop_token stop) = 0;

  /// Makes exactly one engine call (a pull is one call). Repeating a step that has already taken
  /// effect succeeds: 304 on start and stop, 404 on removal, an equal volume on create.
  [[nodiscard]] virtual Result<StepReply> perform(const Step& step, const ProgressSink& progress,
                                                  std::stop_token stop) = 0;

  /// What each volume of the engine holds; one that the engine does not measure is left out. It
  /// walks all of them: for people who ask, never for a decision.
  [[nodiscard]] virtual Result<std::map<VolumeName, Bytes>> volume_sizes(std::stop_token stop) = 0;
  /// Runs a container's health check once, by exec, now. False: it ran and failed, or timed out.
  [[nodiscard]] virtual Result<bool> probe(const ContainerId& id,
                                           const state::EngineHealthCheck& check,
                                           std::stop_token stop) = 0;
  /// Runs a program in a running container and gives what it wrote to its standard output, at most
  /// kAnswerLongest bytes of it. DeadlineExceeded if it takes longer than `timeout`; the program
  /// may go on by itself then. Conflict: the container does not run, or is paused.
  [[nodiscard]] virtual Result<ExecAnswer> ask(const ContainerId& id,
                                               const std::vector<std::string>& program,
                                               Duration timeout, std::stop_token stop) = 0;
  /// Memory in use without inactive file cache.
  [[nodiscard]] virtual Result<Bytes> memory_in_use(const ContainerId& id,
                                                    std::stop_token stop) = 0;
  /// The last lines of standard output and error, control characters replaced.
  [[nodiscard]] virtual Result<std::vector<std::string>> recent_log(const ContainerId& id,
                                                                    int lines,
                                                                    std::stop_token stop) = 0;
  /// What a container holds outside its volumes. Walks all of it: only for one that is to go.
  [[nodiscard]] virtual Result<WritableLayer> writable_layer(
      const state::ObservedContainer& container, std::stop_token stop) = 0;

  /// Every path in which a container differs from its image, on whatever it lies; volumes are not
  /// looked into. A folder that was removed and made again is told as deleted, with paths below it.
  [[nodiscard]] virtual Result<std::vector<LayerChange>> changed_paths(const ContainerId& id,
                                                                       std::stop_token stop) = 0;
  /// Streams what lies at `path` of a container, running or not, with its volumes, as a tar archive
  /// whose names begin with the path's last part. No limit on the whole, only on a silence.
  /// A link at the end of the path is given as a link. NotFound: no such path, or no such
  /// container.
  [[nodiscard]] virtual Status read_archive(const ContainerId& id, const std::string& path,
                                            const ArchiveSink& sink, std::stop_token stop) = 0;
  /// Streams all files of a container, image and layer together, without its volumes, as a tar
  /// archive with names relative to `/`. Goes where read_archive does not: where a volume's
  /// directory is gone, and to files whose names are no UTF-8. Costs a reading of the whole image.
  [[nodiscard]] virtual Status read_all_files(const ContainerId& id, const ArchiveSink& sink,
                                              std::stop_token stop) = 0;
  /// Unpacks a tar archive below `path`, a folder that is there, of a container, running or not;
  /// what lies on its volumes goes there. Owner and mode are those of the archive. Files that are
  /// there are replaced; where a folder and a file meet, the call fails. An archive that was broken
  /// off is unpacked as far as it came.
  [[nodiscard]] virtual Status write_archive(const ContainerId& id, const std::string& path,
                                             const ArchiveChunks& next_chunk,
                                             std::stop_token stop) = 0;

  /// Delivers events until the stream ends (ok), fails, or `stop` is requested. `opened` is called
  /// once the engine has accepted the stream: whatever happens from then on is delivered or lost.
  [[nodiscard]] virtual Status follow_events(
      const std::function<void()>& opened, const std::function<void(const EngineEvent&)>& on_event,
      std::stop_token stop) = 0;
};

}  // namespace boxwright::engine
