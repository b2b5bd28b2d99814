#pragma once
// A whole controller in one thread and in virtual time: the real intake, reconciler, planner and
// queue over a fake engine, driven step by step. Everything that happens follows from the seed.

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "controller/reconcile/intake.h"
#include "controller/reconcile/reconciler.h"
#include "controller/reconcile/work_queue.h"
#include "tests/simulation/memory_store.h"
#include "tests/support/box_builder.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_engine.h"
#include "tests/support/faulty_engine.h"
#include "tests/support/seeded_random.h"

namespace boxwright::test {

/// One source whose declarations a test sets.
struct DeclaredBoxes {
  std::map<BoxName, specs::BoxDeclaration> boxes;
  specs::SourceSettings settings;
  std::string failure;       ///< Not empty: the source cannot be read.
  std::string problem;       ///< Not empty: a file of it does not parse.
  std::int64_t version = 1;  ///< Rises with every change.
};

class World {
 public:
  explicit World(std::uint64_t seed = 1);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // What people do.
  void declare(const BoxBuilder& box);
  void undeclare(const std::string& name);
  void fail_source(const std::string& why);
  void mend_source();
  std::int64_t ask(state::Request::Verb verb, const std::string& subject,
                   const std::string& argument = "");
  void delete_box(const std::string& name, bool volumes);
  /// Writes a file of its own into every volume of the box that exists.
  void write_data(const std::string& name);
  /// Every file that was ever written is there as it was, in every volume that nobody granted away.
  [[nodiscard]] std::string lost_data() const;
  /// The volume is no longer held to keep its file.
  void give_up_data(const VolumeName& volume);

  // The process.
  void crash();  ///< Everything but the stores, the sources and the engine is gone.
  void start();
  void lose_memory();  ///< With no process: the memory database is deleted.
  [[nodiscard]] bool is_up() const { return process_ != nullptr; }
  /// SIGTERM: ends open passages, then the process.
  void terminate();

  /// One tick of the keeper and at most one pass. False: nothing was ready.
  bool step();
  /// Steps and lets time pass until this much of it has gone by. A crash marker restarts the
  /// process (after `lose_memory` if so set).
  void run_for(Duration time);
  /// Until every box is settled and a relist found nothing more to do, at most for `limit`.
  /// False: it did not come to rest.
  bool settle(Duration limit = Duration{1'800'000});
  bool forget_on_crash = false;

  // Looking.
  [[nodiscard]] std::optional<state::BoxStatus> status(const std::string& name) const;
  [[nodiscard]] std::string reason(const std::string& name, const std::string& condition) const;
  [[nodiscard]] bool is_ready(const std::string& name) const;
  [[nodiscard]] state::BoxRecord record(const std::string& name) const;
  [[nodiscard]] const ModelContainer* container(const std::string& name);
  [[nodiscard]] std::vector<std::string> container_names();
  /// Names of the mutating calls since the last `forget_calls`, in order.
  [[nodiscard]] std::vector<std::string> steps() const;
  /// The first breach of an invariant that holds at every moment; empty: none.
  [[nodiscard]] const std::string& breach() const { return breach_; }
  [[nodiscard]] std::size_t crashes() const { return crashes_; }

  FakeClock clock;
  FakeEngine engine{clock};
  FaultyEngine faulty{engine};
  SeededRandom random;
  std::unique_ptr<MemoryStore> store = std::make_unique<MemoryStore>();
  MemoryDesiredDb desired;
  DeclaredBoxes declared;
  reconcile::SlotLimits slots;

 private:
  struct Process;

  void tick();
  void relist();
  void decide();
  void patrol();
  void take_events();
  void enqueue(const BoxName& name, reconcile::Priority priority);
  [[nodiscard]] bool pass_one();
  [[nodiscard]] bool is_settled() const;
  [[nodiscard]] MonoTime next_moment() const;
  void check_moment();
  void breach(const std::string& what);

  std::unique_ptr<Process> process_;
  std::map<VolumeName, std::string> data_;
  std::set<VolumeName> given_up_;
  std::string breach_;
  std::size_t crashes_ = 0;
};

/// Content of the image that test boxes are made from: healthy at once, ends on TERM.
[[nodiscard]] ImageContent box_image();

}  // namespace boxwright::test
