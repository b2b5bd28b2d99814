#pragma once
// A small working model of Docker Engine 20.10 (API 1.41), in the engine's own terms: what the HTTP
// API answers, and what people do with the `docker` command. FakeEngine puts our seam on top of it.
//
// Every rule here is also a case of tests/conformance, which runs on the real engine too.

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "specs/base/clock.h"
#include "specs/base/ids.h"
#include "state/container_config.h"
#include "state/observed.h"
#include "tests/support/model_objects.h"

namespace boxwright::test {

/// What the engine answered instead of doing it: the HTTP status and its own words.
struct Refusal {
  int status = 500;
  std::string message;
};
/// A success carries the HTTP status: 200, 201, 204, or 304 for "was so already".
using Answer = tl::expected<int, Refusal>;

/// The answer of a container create.
struct Created {
  ContainerId id;
  std::vector<std::string> warnings;
};

/// A create call as the API takes it.
struct CreateCall {
  std::string name;  ///< Empty: the engine gives one.
  state::ContainerConfig config;
  std::set<VolumeName> no_copy;
  /// Labels of volumes that this call brings into being (VolumeOptions.Labels).
  std::map<std::string, std::string> volume_labels;
};

/// Containers are named as on the command line: by name, full ID, or unique prefix of the ID.
/// Not thread-safe: FakeEngine holds the lock. Pointers are good until the next call.
class DockerModel {
 public:
  explicit DockerModel(const Clock& clock);

  // Containers.
  [[nodiscard]] tl::expected<Created, Refusal> create(const CreateCall& call);
  Answer start(const std::string& who);
  /// Sends SIGTERM. 202: the process ignores it and is killed after `grace`; the caller waits.
  Answer begin_stop(const std::string& who, Duration grace);
  /// `docker stop`, all of it at this moment: who ignores SIGTERM ends with code 137.
  Answer stop(const std::string& who);
  Answer kill(const std::string& who);
  Answer restart(const std::string& who);
  Answer pause(const std::string& who);
  Answer unpause(const std::string& who);
  Answer rename(const std::string& who, const std::string& to);
  Answer update(const std::string& who, const std::optional<state::Limits>& limits,
                const std::optional<specs::RestartPolicy>& restart);
  /// `volumes`: with its anonymous volumes (`v=1`), which is how data gets lost (trap 0.2).
  Answer remove(const std::string& who, bool force, bool volumes = false);
  /// The removal fails half-way: the container is dead and has lost its name.
  void make_dead(const std::string& who);
  /// Somebody's removal is under way and will be done after `takes`.
  void begin_removal(const std::string& who, Duration takes);
  /// The process ends by itself, now.
  void process_exits(const std::string& who, int code, bool oom = false);
  /// Changes how the process behaves from now on (its next health probe, its next SIGTERM).
  void set_behaviour(const std::string& who, const Behaviour& behaviour);

  // Volumes.
  Answer create_volume(const VolumeName& name, const std::map<std::string, std::string>& labels);
  Answer remove_volume(const VolumeName& name, bool force = false);
  /// `rm -rf` of the volume's directory.
  void delete_volume_directory(const VolumeName& name);
  /// `docker volume prune` at API 1.41; gives the names that went.
  std::vector<VolumeName> prune_volumes();
  /// `docker container prune`; gives the names that went.
  std::vector<std::string> prune_containers();

  // Networks, by name or ID.
  tl::expected<NetworkId, Refusal> create_network(const std::string& name,
                                                  const std::map<std::string, std::string>& labels);
  Answer remove_network(const std::string& who);
  Answer connect(const std::string& network, const std::string& who);
  Answer disconnect(const std::string& network, const std::string& who, bool force = false);

  // Images.
  /// Builds or imports: a new ID, which takes the reference from whoever had it.
  ImageId add_image(const std::string& reference, const ImageContent& content = {});
  /// `docker import`: a tar archive becomes an image; 500 where it is none.
  Answer import_image(const std::string& reference, const std::string& archive,
                      const ImageContent& content);
  /// `docker commit`: copies our labels and the environment (trap 0.4). `labels` are put over the
  /// container's, and the variables named in `blank` are empty in the image.
  tl::expected<ImageId, Refusal> commit(const std::string& who, const std::string& reference,
                                        const std::map<std::string, std::string>& labels = {},
                                        const std::set<std::string>& blank = {});
  /// `docker rmi`.
  Answer untag(const std::string& reference, bool force = false);
  Answer tag(const std::string& from, const std::string& to);
  Answer pull(const std::string& reference);
  /// What the registry answers with; none: no registry can be reached.
  void offer(const std::string& reference, const ImageContent& content);

  /// `systemctl restart docker`, live-restore off.
  void restart_engine();

  // Looking.
  [[nodiscard]] const ModelContainer* find(const std::string& who) const;
  [[nodiscard]] const ModelVolume* find_volume(const VolumeName& name) const;
  [[nodiscard]] const ModelNetwork* find_network(const std::string& who) const;
  [[nodiscard]] const ModelImage* find_image(const std::string& reference_or_id) const;
  [[nodiscard]] const std::map<ContainerId, ModelContainer>& containers() const {
    return containers_;
  }
  [[nodiscard]] const std::map<VolumeName, ModelVolume>& volumes() const { return volumes_; }
  [[nodiscard]] const std::map<NetworkId, ModelNetwork>& networks() const { return networks_; }
  /// The container's server answers its health check at this moment.
  [[nodiscard]] bool answers(const ModelContainer& container) const;

  // Data. Bytes by file name; an absent volume or file gives nullopt or false.
  bool write_file(const VolumeName& volume, const std::string& file, const std::string& bytes);
  [[nodiscard]] std::optional<std::string> read_file(const VolumeName& volume,
                                                     const std::string& file) const;
  /// Into a container, outside every volume, by absolute path.
  bool write_in_layer(const std::string& who, const std::string& path, const std::string& bytes);

  /// `docker cp` out of a container and into it, as tar archives (model_archive.cpp).
  [[nodiscard]] tl::expected<std::string, Refusal> read_archive(const std::string& who,
                                                                const std::string& path) const;
  /// `docker export`: without volumes.
  [[nodiscard]] tl::expected<std::string, Refusal> export_files(const std::string& who) const;
  Answer write_archive(const std::string& who, const std::string& path, const std::string& tar);

  /// Brings everything that is due by the clock to pass, in order of time.
  void settle();
  /// Events since the last call, oldest first.
  [[nodiscard]] std::vector<ModelEvent> take_events();

  // What the machine is like. Set before use.
  int cpus = 8;
  int cgroup_version = 1;
  std::string engine_id = "FAKE:ENGINE:0001";
  int disk_free_percent = 60;

 private:
  struct Timer {
    MonoTime due;
    std::uint64_t seq = 0;
    enum class Kind { Exit, Probe, Restart, Kill, Removed } kind = Kind::Exit;
    ContainerId container;
    std::uint64_t epoch = 0;
    bool operator<(const Timer& other) const {
      return due != other.due ? due < other.due : seq < other.seq;
    }
  };

  [[nodiscard]] ModelContainer* get(const std::string& who);
  [[nodiscard]] const ModelContainer* by_name(const std::string& name) const;
  [[nodiscard]] ModelImage* get_image(const std::string& reference_or_id);
  [[nodiscard]] std::string new_id(const char* kind);
  [[nodiscard]] WallTime wall_at_now() const;
  void emit(const ModelContainer& container, std::string action);
  void emit_other(std::string type, std::string action, std::string id);
  /// `connect` or `disconnect` for every network that the container is in.
  void emit_networks(const ModelContainer& container, const char* action);
  void after(Duration delay, Timer::Kind kind, const ModelContainer& container);
  void fire(const Timer& timer);

  [[nodiscard]] Answer check_create(const CreateCall& call) const;
  void merge_image(ModelContainer& container, const ModelImage& image) const;
  void make_mounts(ModelContainer& container, const CreateCall& call, const ModelImage& image);
  void mount_first_time(ModelVolume& volume, const std::string& target, const ModelImage& image);
  ModelVolume& volume_for(const VolumeName& name, const std::map<std::string, std::string>& labels);

  [[nodiscard]] Answer check_start(ModelContainer& container);
  [[nodiscard]] Answer attach_networks(ModelContainer& container);
  [[nodiscard]] const ModelContainer* port_rival(const ModelContainer& container) const;
  Answer fail_start(ModelContainer& container, int exit_code, Refusal refusal);
  void begin_run(ModelContainer& container);
  void probe_now(ModelContainer& container);
  void process_ends(ModelContainer& container, int code, bool oom);
  void ends_by_person(ModelContainer& container, int code);
  void restart_later(ModelContainer& container);
  [[nodiscard]] static bool comes_back(const ModelContainer& container);
  void erase(const ContainerId& id, bool volumes);
  [[nodiscard]] std::vector<ContainerId> users_of(const VolumeName& volume) const;

  const Clock& clock_;
  MonoTime now_;
  std::uint64_t counter_ = 0;
  std::set<Timer> timers_;
  std::map<ContainerId, ModelContainer> containers_;
  std::map<VolumeName, ModelVolume> volumes_;
  std::map<NetworkId, ModelNetwork> networks_;
  std::map<ImageId, ModelImage> images_;
  std::map<std::string, ImageContent> registry_;
  std::vector<ModelEvent> events_;
};

}  // namespace boxwright::test
