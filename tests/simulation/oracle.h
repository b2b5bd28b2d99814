#pragma once
// Who looks on: stands around the engine and the store, where calls take effect, tells every
// invariant, and writes the trace.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/simulation/invariant.h"

namespace boxwright::test {

/// A bug that is planted into the controller's surroundings; see plants.h.
struct Plant;

/// How events arrive.
enum class Delivery { AsTheyCome, Twice, Backwards, Late };

class Oracle final : public Between {
 public:
  explicit Oracle(const Plant* plant) : plant_(plant), invariants_(all_invariants()) {}

  [[nodiscard]] std::unique_ptr<engine::Engine> around_engine(engine::Engine& inside) override;
  [[nodiscard]] std::unique_ptr<engine::Engine> engine_for(engine::Engine& inside) override;
  [[nodiscard]] std::unique_ptr<state::Store> store_for(state::Store& inside) override;
  [[nodiscard]] std::unique_ptr<state::DesiredDb> desired_for(state::DesiredDb& inside) override;
  [[nodiscard]] std::unique_ptr<specs::SpecSource> source_for(
      std::unique_ptr<specs::SpecSource> inside) override;
  void deliver(std::vector<engine::EngineEvent>& events) override;

  /// Before the world's first call.
  void attend(World& world) { world_ = &world; }
  void moment();
  void forgotten();
  void report(const std::string& invariant, const std::string& what);
  [[nodiscard]] const std::vector<Breach>& breaches() const { return breaches_; }

  /// One line of the trace, with the virtual time. Kept only if `keep_trace`.
  void write(const std::string& line);
  /// One line more for who reads the trace; the digest knows nothing of it.
  void tell(const std::string& line);
  [[nodiscard]] const std::vector<std::string>& trace() const { return trace_; }
  /// Of all lines: equal histories have equal digests.
  [[nodiscard]] std::uint64_t digest() const { return digest_; }

  /// Before anything is remembered: a kill may come here, too.
  std::function<void(const char* what)> before_write;

  Ledger ledger;
  Delivery delivery = Delivery::AsTheyCome;
  bool keep_trace = false;

 private:
  class WatchedEngine;
  class WatchedStore;
  friend class WatchedEngine;
  friend class WatchedStore;

  [[nodiscard]] Scene scene() { return {*world_, ledger, breaches_}; }

  const Plant* plant_;
  std::vector<std::unique_ptr<Invariant>> invariants_;
  World* world_ = nullptr;
  std::vector<Breach> breaches_;
  std::vector<engine::EngineEvent> late_;
  std::vector<std::string> trace_;
  std::uint64_t digest_ = 14695981039346656037ULL;
  /// The controller's store as the plant shows it, and the one that watches below.
  std::vector<std::unique_ptr<state::Store>> stores_;
};

}  // namespace boxwright::test
