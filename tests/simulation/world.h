#pragma once
// A whole controller in one thread and in virtual time: the real intake, reconciler, planner and
// queue over a fake engine, driven step by step. Everything that happens follows from the seed.

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "controller/reconcile/intake.h"
#include "controller/reconcile/reconciler.h"
#include "controller/reconcile/work_queue.h"
#include "tests/simulation/memory_layers.h"
#include "tests/simulation/memory_store.h"
#include "tests/support/box_builder.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_engine.h"
#include "tests/support/faulty_engine.h"
#include "tests/support/seeded_random.h"

namespace boxwright::test {

/// One source whose declarations a test sets.
struct DeclaredBoxes {
  SourceName name{"default"};
  std::string place = "/specs/default";
  std::string home = place;  ///< Where it is known to be read from.
  std::map<BoxName, specs::BoxDeclaration> boxes;
  specs::SourceSettings settings;
  std::string failure;       ///< Not empty: the source cannot be read.
  std::string problem;       ///< Not empty: a file of it does not parse.
  std::set<BoxName> hidden;  ///< Declared, but not in what is read: in the file that is broken.
  bool emptied = false;      ///< It reads well, and as empty.
  std::int64_t version = 1;  ///< Rises with every change.
};

/// What may stand between the parts of a world: an oracle that watches, or a bug that is planted.
/// Everything goes straight through here.
class Between {
 public:
  virtual ~Between() = default;
  /// Just around the engine: sees the calls that take effect.
  [[nodiscard]] virtual std::unique_ptr<engine::Engine> around_engine(engine::Engine& inside);
  /// What one process of the controller holds.
  [[nodiscard]] virtual std::unique_ptr<engine::Engine> engine_for(engine::Engine& inside);
  [[nodiscard]] virtual std::unique_ptr<state::Store> store_for(state::Store& inside);
  [[nodiscard]] virtual std::unique_ptr<state::DesiredDb> desired_for(state::DesiredDb& inside);
  [[nodiscard]] virtual std::unique_ptr<specs::SpecSource> source_for(
      std::unique_ptr<specs::SpecSource> inside);
  /// What the event stream delivers in one tick.
  virtual void deliver(std::vector<engine::EngineEvent>& events);
};

class World {
 public:
  /// `between` must outlive it. With a table, `table` is a second source from the start.
  explicit World(std::uint64_t seed = 1, Between* between = nullptr, bool with_table = false);
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
  /// Writes a file below each home of a running box, on no volume.
  void write_outside(const std::string& name);
  /// Writes a file of its own into this volume, if it is there.
  void write_into(const VolumeName& volume);

  // The process.
  /// From now on the volumes are held, as the controller does it. Begins with a new process.
  void hold_volumes();
  /// From now on what is saved becomes an image, too. Begins with a new process.
  void keep_layer_images();
  void crash();  ///< Everything but the stores, the sources and the engine is gone.
  void start();
  void lose_memory();  ///< With no process: the memory database is deleted.
  [[nodiscard]] bool is_up() const { return process_ != nullptr; }
  /// SIGTERM: ends open passages, then the process.
  void terminate();

  /// One tick of the keeper and at most one pass. False: nothing was ready.
  bool step();
  /// Which of the workers goes on with its next pass, where several could: an index. Not set: one
  /// worker alone, and what holds the volumes after it.
  using WorkerChoice = std::function<std::size_t(const std::vector<std::string>& workers)>;
  WorkerChoice choose_worker;
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
  /// Why a declared name has no box, or its declaration is not obeyed; empty: no such problem.
  [[nodiscard]] std::string problem(const BoxName& name) const;
  [[nodiscard]] bool is_ready(const std::string& name) const;
  [[nodiscard]] state::BoxRecord record(const std::string& name) const;
  [[nodiscard]] const ModelContainer* container(const std::string& name);
  [[nodiscard]] std::vector<std::string> container_names();
  /// Names of the mutating calls since the last `forget_calls`, in order.
  [[nodiscard]] std::vector<std::string> steps() const;
  /// The first breach of an invariant that holds at every moment; empty: none.
  [[nodiscard]] const std::string& breach() const { return breach_; }
  void note_breach(const std::string& what) { breach(what); }
  [[nodiscard]] std::size_t crashes() const { return crashes_; }
  /// Turns of the loop and passes for one box so far.
  [[nodiscard]] std::uint64_t turns() const { return turns_; }
  [[nodiscard]] std::uint64_t passes() const { return passes_; }
  /// Of one box (or `hold`) since the process began: what it can keep in mind follows from them.
  [[nodiscard]] const std::map<std::string, std::uint64_t>& passes_of_process() const;

 private:
  Between nothing_between_;
  Between& between_;
  bool with_table_;

 public:
  FakeClock clock;
  FakeEngine engine{clock};
  std::unique_ptr<engine::Engine> watched;  ///< The engine, and who looks on.
  FaultyEngine faulty;
  SeededRandom random;
  std::unique_ptr<MemoryStore> store = std::make_unique<MemoryStore>();
  MemoryDesiredDb desired;
  MemoryLayers layers;
  DeclaredBoxes declared;
  DeclaredBoxes table;
  reconcile::SlotLimits slots;
  std::vector<std::string> last_words;  ///< Of the candidate that failed last, as they were told.

 private:
  struct Process;

  void tick();
  void relist();
  void decide();
  void patrol();
  void take_events();
  void enqueue(const BoxName& name, reconcile::Priority priority);
  [[nodiscard]] bool pass_one();
  void pass(const BoxName& key);
  [[nodiscard]] bool hold_one();
  [[nodiscard]] bool is_hold_due() const;
  /// As many workers as there are boxes to look at, of which one is chosen.
  [[nodiscard]] bool act_one();
  [[nodiscard]] bool is_settled() const;
  [[nodiscard]] MonoTime next_moment() const;
  void check_moment();
  void breach(const std::string& what);

  bool holds_ = false;
  bool keeps_layer_images_ = false;
  std::unique_ptr<Process> process_;
  std::map<VolumeName, std::string> data_;
  std::set<VolumeName> given_up_;
  std::string breach_;
  std::size_t crashes_ = 0;
  std::uint64_t turns_ = 0;
  std::uint64_t passes_ = 0;
};

/// Content of the image that test boxes are made from: healthy at once, ends on TERM.
[[nodiscard]] ImageContent box_image();

}  // namespace boxwright::test
