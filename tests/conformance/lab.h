#pragma once
// What a conformance case needs besides the engine itself: a person's hands, a look at the data,
// and time. There are two labs, one around the fake engine and one around a real dockerd; each test
// executable links one of them.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "controller/engine/engine.h"

namespace boxwright::test {

/// The images that every lab has; what is in them is the same in both.
inline constexpr const char* kSleeper = "lab/sleeper:1";    ///< Sleeps; SIGTERM ends it.
inline constexpr const char* kStubborn = "lab/stubborn:1";  ///< Ignores SIGTERM.
inline constexpr const char* kExits3 = "lab/exits:3";       ///< Ends at once, with code 3.
inline constexpr const char* kServer = "lab/server:1";      ///< Answers on 8080; logs `hello`.
/// Has `VOLUME /data` with a file `seed` in it.
inline constexpr const char* kOwnVolume = "lab/volume:1";
/// Has /home/work (0700, uid 1000) with a file `from-image`.
inline constexpr const char* kSeeded = "lab/seeded:1";
/// Has label flavour=plain, variable FLAVOUR=plain and a health check that succeeds, every second.
inline constexpr const char* kFlavoured = "lab/flavoured:1";
/// Holds 40 MiB of memory.
inline constexpr const char* kGreedy = "lab/greedy:1";
/// May be untagged and made again by a case; a sleeper.
inline constexpr const char* kSpare = "lab/spare:1";

/// What the HTTP API answered.
struct HandReply {
  int status = 0;
  std::string message;
};

/// One owner; not thread-safe, but `engine()` is.
class Lab {
 public:
  virtual ~Lab() = default;
  [[nodiscard]] virtual engine::Engine& engine() = 0;

  // What a person does with the docker command.
  virtual HandReply stop(const std::string& who) = 0;
  virtual HandReply kill(const std::string& who) = 0;
  virtual HandReply pause(const std::string& who) = 0;
  virtual HandReply unpause(const std::string& who) = 0;
  virtual HandReply start(const std::string& who) = 0;
  virtual HandReply rename(const std::string& who, const std::string& to) = 0;
  virtual HandReply remove(const std::string& who, bool force, bool volumes) = 0;
  virtual HandReply disconnect(const std::string& network, const std::string& who) = 0;
  virtual HandReply connect(const std::string& network, const std::string& who) = 0;
  virtual HandReply remove_network(const std::string& who) = 0;
  virtual HandReply remove_volume(const VolumeName& name, bool force) = 0;
  virtual HandReply commit(const std::string& who, const std::string& reference) = 0;
  virtual HandReply untag(const std::string& reference, bool force) = 0;
  /// A memory limit alone, without its swap limit, as `docker update -m` sends it.
  virtual HandReply update_memory_alone(const std::string& who, Bytes memory) = 0;
  virtual HandReply update_memory(const std::string& who, std::int64_t memory,
                                  std::int64_t swap) = 0;
  virtual void prune_volumes() = 0;
  virtual void prune_containers() = 0;
  /// Makes an image of other content under this reference.
  virtual void rebuild(const std::string& reference) = 0;
  /// Asks for a stop and hangs up at once, without waiting for the answer.
  virtual void stop_and_leave(const std::string& who, Duration grace) = 0;
  virtual void restart_engine() = 0;

  // Data.
  virtual void write_file(const VolumeName& volume, const std::string& file,
                          const std::string& bytes) = 0;
  [[nodiscard]] virtual std::optional<std::string> read_file(const VolumeName& volume,
                                                             const std::string& file) = 0;
  /// Into a running container, outside every volume.
  virtual void write_in_layer(const std::string& who, const std::string& path,
                              const std::string& bytes) = 0;
  /// `0755 0:0` of the volume's own directory.
  [[nodiscard]] virtual std::string mode_of(const VolumeName& volume) = 0;
  virtual void delete_directory(const VolumeName& volume) = 0;
  /// All volumes there are, anonymous ones too.
  [[nodiscard]] virtual std::vector<VolumeName> volumes() = 0;

  /// Lets time pass until the condition holds; false if it did not within `limit`. Engine time: the
  /// fake's clock is moved, the real engine is asked again and again.
  [[nodiscard]] virtual bool eventually(const std::function<bool()>& holds, Duration limit) = 0;
  /// The clock by which durations in this lab are measured.
  [[nodiscard]] virtual const Clock& clock() const = 0;
};

/// An empty lab: no containers, no volumes, no networks of anybody's. Null: there is no engine
/// here, and `missing` says why.
[[nodiscard]] std::unique_ptr<Lab> make_lab(std::string& missing);

}  // namespace boxwright::test
