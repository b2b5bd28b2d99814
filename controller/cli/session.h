#pragma once
// What a verb works with: databases, engine, key, lock.

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "controller/cli/options.h"
#include "controller/engine/engine.h"
#include "controller/reconcile/instance_lock.h"
#include "controller/reconcile/intake.h"
#include "controller/reconcile/loop.h"
#include "controller/reconcile/preview.h"
#include "state/desired_db.h"
#include "state/store.h"

namespace boxwright::cli {

class Session {
 public:
  explicit Session(const Options& options);

  /// Reads only: makes no file, takes no lock.
  [[nodiscard]] Status open_for_reading();
  /// As the one instance that acts: engine facts, lock, databases, key.
  [[nodiscard]] Status open_for_acting(const std::string& verb, std::stop_token stop);
  /// The public database for a request beside whoever acts.
  [[nodiscard]] Status open_for_asking();
  /// The engine, too, for a session that was opened for asking.
  [[nodiscard]] Status reach_engine() { return connect(); }

  [[nodiscard]] std::filesystem::path state_file() const { return options_.state_file; }
  [[nodiscard]] std::filesystem::path desired_file() const;
  [[nodiscard]] std::optional<reconcile::LockHolder> holder() const {
    return reconcile::lock_holder(state_file());
  }

  [[nodiscard]] engine::Engine& engine() { return *engine_; }
  [[nodiscard]] state::Store& store() { return *store_; }
  [[nodiscard]] state::DesiredDb& desired() { return *desired_; }
  [[nodiscard]] layers::LayerFiles& layers() { return *layers_; }
  [[nodiscard]] const Clock& clock() const { return clock_; }
  [[nodiscard]] Random& random() { return random_; }
  [[nodiscard]] const MacKey& mac_key() const { return mac_key_; }
  [[nodiscard]] Installation installation() const { return Installation{options_.installation}; }

  /// An intake over these folders (and the table), read to a settled state. Unavailable for a
  /// folder that is being written for longer than 10 s; a folder that cannot be read is a reading.
  [[nodiscard]] Result<std::unique_ptr<reconcile::Intake>> read_sources(
      const std::vector<std::string>& folders, bool table, const std::stop_token& stop);
  [[nodiscard]] reconcile::Loop::Parts loop_parts(reconcile::Announcer announcer);
  /// `listed`: everything, listed for this call; may be null.
  [[nodiscard]] Result<std::vector<reconcile::BoxPreview>> preview(
      std::vector<state::BoxRecord> records, const reconcile::Orders& orders,
      const std::stop_token& stop, bool measure_layers = false,
      std::vector<state::BoxRecord> others = {}, const state::ObservedFleet* listed = nullptr);
  /// Folders of the sources that the store knows, or of this one; where one moved, its new place.
  [[nodiscard]] Result<std::vector<std::string>> known_folders(const SourceName& only = {});
  [[nodiscard]] std::vector<state::Request> pending_requests();

 private:
  [[nodiscard]] Status connect();
  [[nodiscard]] Status open_databases(state::OpenMode mode);

  const Options& options_;
  SystemClock clock_;
  SystemRandom random_;
  std::unique_ptr<reconcile::InstanceLock> lock_;
  std::unique_ptr<engine::Engine> engine_;
  std::unique_ptr<state::Store> store_;
  std::unique_ptr<state::DesiredDb> desired_;
  std::unique_ptr<layers::LayerFiles> layers_;
  MacKey mac_key_;
};

/// Waits at most this long, or until stop. True: stop was requested.
bool wait_a_little(const std::stop_token& stop, Duration time);

}  // namespace boxwright::cli
