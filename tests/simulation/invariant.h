#pragma once
// What must be true of every history: one subject each, told of everything that takes effect.

#include <memory>
#include <string>
#include <vector>

#include "controller/engine/step.h"
#include "state/store.h"
#include "tests/simulation/ledger.h"

namespace boxwright::test {

/// A broken promise: the number of the invariant, and what was seen.
struct Breach {
  std::string invariant;
  std::string what;
};

/// One call that takes effect, and what it is aimed at, as the engine has it just before.
struct Touch {
  const engine::Step& step;
  BoxName box;  ///< By the labels of its target; empty: nobody's.
  BoxUid uid;
  const ModelContainer* container = nullptr;  ///< Target of calls for one container.
  const ModelVolume* volume = nullptr;        ///< Target of calls for one volume, if it exists.
};

/// What an invariant looks at and reports to.
struct Scene {
  World& world;
  Ledger& ledger;
  std::vector<Breach>& breaches;

  void report(std::string invariant, std::string what) const {
    if (breaches.empty()) breaches.push_back({std::move(invariant), std::move(what)});
  }
};

class Invariant {
 public:
  virtual ~Invariant() = default;
  /// A call is about to take effect.
  virtual void before(const Touch& /*touch*/, const Scene& /*scene*/) {}
  /// It has; `succeeded` as the engine says.
  virtual void after(const Touch& /*touch*/, bool /*succeeded*/, const Scene& /*scene*/) {}
  virtual void committed(const state::Store::FleetChange& /*change*/, const Scene& /*scene*/) {}
  virtual void told(const state::BoxStatus& /*status*/, const Scene& /*scene*/) {}
  virtual void noted(const state::Event& /*event*/, const Scene& /*scene*/) {}
  /// After every operation.
  virtual void moment(const Scene& /*scene*/) {}
  /// The memory database is gone.
  virtual void forgotten(const Scene& /*scene*/) {}
};

// tests/simulation/invariants/: each names its numbers.
[[nodiscard]] std::unique_ptr<Invariant> make_data_invariant();
[[nodiscard]] std::unique_ptr<Invariant> make_layer_invariant();
[[nodiscard]] std::unique_ptr<Invariant> make_ownership_invariant();
[[nodiscard]] std::unique_ptr<Invariant> make_exclusivity_invariant();
[[nodiscard]] std::unique_ptr<Invariant> make_uptime_invariant();
[[nodiscard]] std::unique_ptr<Invariant> make_minimality_invariant();
[[nodiscard]] std::unique_ptr<Invariant> make_prune_invariant();
[[nodiscard]] std::unique_ptr<Invariant> make_suspension_invariant();
[[nodiscard]] std::unique_ptr<Invariant> make_status_invariant();
[[nodiscard]] std::unique_ptr<Invariant> make_identity_invariant();
[[nodiscard]] std::unique_ptr<Invariant> make_bounds_invariant();
[[nodiscard]] std::unique_ptr<Invariant> make_secrecy_invariant();
[[nodiscard]] std::unique_ptr<Invariant> make_hold_invariant();

[[nodiscard]] std::vector<std::unique_ptr<Invariant>> all_invariants();

}  // namespace boxwright::test
