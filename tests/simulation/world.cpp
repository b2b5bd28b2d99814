#include "tests/simulation/world.h"

#include <fmt/core.h>

#include <algorithm>

#include "controller/plan/fleet.h"
#include "controller/plan/slice.h"
#include "state/ownership.h"
#include "tests/simulation/world_process.h"

namespace boxwright::test {

namespace {

constexpr Duration kTick{250};
constexpr Duration kRelist{30'000};
constexpr Duration kStaleAfter{180'000};
/// More turns than any work can take before time passes.
constexpr int kTurnsMax = 2'000;

bool is_hand(const std::string& action) {
  return action == "kill" || action == "stop" || action == "pause";
}

}  // namespace

ImageContent box_image() {
  ImageContent image;
  image.config.env["PATH"] = "/usr/bin:/bin";
  image.config.command = {"box-init"};
  image.behaviour.answers_after = Duration{300};
  return image;
}

World::World(std::uint64_t seed, Between* between, bool with_table)
    : between_(between == nullptr ? nothing_between_ : *between),
      with_table_(with_table),
      watched(between_.around_engine(engine)),
      faulty(*watched),
      random(seed) {
  engine.docker()->add_image(kTestImage, box_image());
  declared.settings.network = kTestNetwork;
  table.name = SourceName{state::kTableSource};
  table.place = "/state/desired.db";
  table.home = table.place;
  table.settings = declared.settings;
  start();
}

World::~World() = default;

void World::hold_volumes() {
  holds_ = true;
  process_.reset();
  start();
}

void World::keep_layer_images() {
  keeps_layer_images_ = true;
  process_.reset();
  start();
}

void World::crash() {
  process_.reset();
  faulty.forget_observations();
  ++crashes_;
}

void World::start() {
  process_ = std::make_unique<Process>(*this);
}

void World::lose_memory() {
  store = std::make_unique<MemoryStore>();
}

void World::enqueue(const BoxName& name, reconcile::Priority priority) {
  const auto& intaken = process_->intaken;
  // What people asked is not known yet: whatever happened is seen by a look at everything.
  if (!intaken) {
    process_->relist_asked = true;
    return;
  }
  if (std::ranges::find(intaken->orphaned, name) != intaken->orphaned.end()) return;
  process_->queue.add(name, priority, clock.mono_now());
}

void World::take_events() {
  auto events = engine.take_events();
  between_.deliver(events);
  for (const auto& event : events) {
    if (event.of_hold) {
      process_->hold.hint();
      continue;
    }
    // Engine 20.10 tells of every volume that a hold mounts as if it had just been made.
    const bool is_volume =
        !event.box.empty() && event.container.empty() && event.action == "create";
    if (is_volume && process_->hold.was_just_made()) continue;
    if (event.box.empty()) {
      process_->relist_asked = true;
      continue;
    }
    if (is_hand(event.action)) process_->reconciler.note_hand(event.box, event.container);
    enqueue(event.box, reconcile::Priority::Event);
  }
}

void World::patrol() {
  auto& process = *process_;
  if (!process.intaken || !process.observed) return;
  const plan::FleetIndex index(*process.observed);
  for (const auto& box : process.intaken->boxes) {
    const auto look = process.reconciler.look_at(box, index.slice(box), process.listed_from);
    if (std::ranges::find(process.intaken->orphaned, box.name) != process.intaken->orphaned.end()) {
      process.reconciler.leave_out(box.name);
    }
    if (look == reconcile::Reconciler::Look::NeedsPass) {
      enqueue(box.name, reconcile::Priority::Periodic);
    } else if (look == reconcile::Reconciler::Look::Quiet) {
      process.visited.insert(box.name);
    }
  }
}

void World::decide() {
  auto& process = *process_;
  reconcile::Intake::Situation situation;
  situation.observed = process.observed ? &*process.observed : nullptr;
  situation.observation_stale =
      !process.last_relist || clock.mono_now() - *process.last_relist > kStaleAfter;
  auto decided = process.intake.decide(situation);
  if (!decided) return breach("decide: " + decided.error().message);
  process.must_decide = false;
  process.reconciler.set_orders(decided->orders);
  const bool first = !process.intaken.has_value();
  process.hold.set_suspended(plan::is_suspended(state::BoxRecord{}, decided->orders->requests));
  process.intaken = std::move(*decided);
  const auto& orphaned = process.intaken->orphaned;
  const auto expect = [&](const BoxName& name) {
    if (std::ranges::find(orphaned, name) == orphaned.end()) process.reconciler.expect_look(name);
  };
  for (const auto& name : process.intaken->changed)
    expect(name);
  for (const auto& box : process.intaken->boxes)
    if (first) expect(box.name);
  for (const auto& name : process.intaken->changed) {
    process.reconciler.forget_failures(name);
    process.visited.erase(name);
    enqueue(name, reconcile::Priority::User);
  }
}

void World::relist() {
  auto& process = *process_;
  process.relist_asked = false;
  const auto began = clock.mono_now();
  auto observed = process.engine->observe_fleet(Installation{kTestInstallation}, {});
  process.next_relist = clock.mono_now() + kRelist;
  if (!observed) {
    process.next_relist = clock.mono_now() + Duration{1'000};
    if (!process.last_relist || began - *process.last_relist > kStaleAfter) {
      process.must_decide = true;
    }
    return;
  }
  process.observed = std::move(*observed);
  process.last_relist = clock.mono_now();
  process.listed_from = began;
  process.hold.look_at(*process.observed, began);
  const auto gone = process.intake.finalise(*process.observed);
  if (!gone) return breach("finalise: " + gone.error().message);
  for (const auto& name : *gone)
    process.reconciler.forget(name);
  if (process.intake.all_read()) decide();
  patrol();
}

void World::tick() {
  auto& process = *process_;
  take_events();
  for (const auto& [id, outcome] : std::exchange(process.finished, {})) {
    static_cast<void>(desired.finish_request(id, "done", outcome));
    process.must_decide = true;
  }
  for (const auto& [id, outcome] : std::exchange(process.refused, {})) {
    static_cast<void>(desired.finish_request(id, "failed", outcome));
    process.must_decide = true;
  }
  for (const auto& [id, argument] : std::exchange(process.bound, {})) {
    static_cast<void>(desired.bind_request(id, argument));
    process.must_decide = true;
  }
  if (process.intake.poll(clock.mono_now())) process.must_decide = true;
  const auto counter = desired.change_counter();
  if (process.counter != *counter) process.must_decide = true;
  process.counter = *counter;
  if (process.relist_asked || clock.mono_now() >= process.next_relist) relist();
  if (process.must_decide && process.observed && process.intake.all_read()) decide();
}

bool World::step() {
  bool did = false;
  ++turns_;
  try {
    if (process_ == nullptr) start();
    tick();
    if (choose_worker) {
      did = act_one();
    } else {
      did = pass_one();
      did = hold_one() || did;
    }
  } catch (const CrashMarker&) {
    crash();
    if (forget_on_crash) lose_memory();
    start();
    did = true;
  }
  check_moment();
  return did;
}

MonoTime World::next_moment() const {
  const auto now = clock.mono_now();
  auto next = process_->next_relist;
  if (const auto ready = process_->queue.next_ready()) next = std::min(next, *ready);
  return std::clamp(next, now + Duration{1}, now + kTick);
}

void World::run_for(Duration time) {
  const auto until = clock.mono_now() + time;
  auto moment = clock.mono_now();
  int turns = 0;
  while (clock.mono_now() < until && breach_.empty()) {
    if (std::exchange(moment, clock.mono_now()) != clock.mono_now()) turns = 0;
    if (++turns > kTurnsMax) return breach("I13: the loop goes on without end at one moment");
    if (step()) continue;
    const auto next = std::min(next_moment(), until);
    clock.advance(std::chrono::duration_cast<Duration>(next - clock.mono_now()));
    check_moment();
  }
}

bool World::is_settled() const {
  if (process_ == nullptr || !process_->intaken || process_->must_decide) return false;
  if (!process_->finished.empty() || !process_->refused.empty() || !process_->bound.empty()) {
    return false;
  }
  if (holds_ && !process_->hold.is_settled()) return false;
  for (const auto& box : process_->intaken->boxes) {
    if (!process_->visited.contains(box.name)) return false;
    const auto status = process_->reconciler.status(box.name);
    if (!status) return false;
    if (box.tombstone) {
      if (status->find("DeletionBlocked") == nullptr) return false;
      continue;
    }
    if (reconcile::settlement(*status, box.generation) == reconcile::Settlement::Busy) return false;
  }
  return true;
}

bool World::settle(Duration limit) {
  const auto until = clock.mono_now() + limit;
  while (clock.mono_now() < until && breach_.empty()) {
    run_for(Duration{2'000});
    if (!is_settled()) continue;
    const auto before = engine.mutating_calls();
    run_for(kRelist + Duration{1'000});
    if (is_settled() && engine.mutating_calls() == before) return breach_.empty();
  }
  return false;
}

void World::terminate() {
  for (const auto& key : process_->in_passage) {
    constexpr int kTriesMax = 12;
    for (int i = 0; i < kTriesMax; ++i) {
      const auto outcome = process_->reconciler.advance(key, true, {});
      if (!outcome.in_passage || outcome.next == reconcile::Outcome::Next::Done) break;
    }
  }
  process_.reset();
}

void World::breach(const std::string& what) {
  if (breach_.empty()) breach_ = what;
}

/// I9: never two running containers on one set of volumes; a copy made by hand is not counted.
void World::check_moment() {
  std::map<VolumeName, std::string> users;
  const auto docker = engine.docker();
  auto& model = const_cast<FakeEngine::Hand&>(docker);
  for (const auto& [id, container] : model->containers()) {
    if (!container.has_process()) continue;
    if (state::read_owner(container.config.labels).uid.empty()) continue;
    for (const auto& mount : container.config.mounts) {
      const auto [place, is_first] = users.try_emplace(mount.volume, container.name);
      if (!is_first) {
        breach(fmt::format("I9: {} and {} run on volume {}", place->second, container.name,
                           mount.volume.str()));
      }
    }
  }
}

std::optional<state::BoxStatus> World::status(const std::string& name) const {
  return process_ == nullptr ? std::nullopt : process_->reconciler.status(BoxName{name});
}

std::string World::reason(const std::string& name, const std::string& condition) const {
  const auto told = status(name);
  const auto* found = told ? told->find(condition) : nullptr;
  return found == nullptr ? "" : found->reason;
}

std::string World::problem(const BoxName& name) const {
  if (process_ == nullptr || !process_->intaken) return {};
  for (const auto& problem : process_->intaken->problems) {
    if (problem.box == name) return problem.reason;
  }
  return {};
}

bool World::is_ready(const std::string& name) const {
  const auto told = status(name);
  const auto* ready = told ? told->find("Ready") : nullptr;
  return ready != nullptr && ready->status == state::ConditionStatus::True;
}

state::BoxRecord World::record(const std::string& name) const {
  const auto found = store->box(BoxName{name});
  return found && *found ? **found : state::BoxRecord{};
}

const ModelContainer* World::container(const std::string& name) {
  return engine.docker()->find(name);
}

std::vector<std::string> World::container_names() {
  std::vector<std::string> names;
  for (const auto& [id, container] : engine.docker()->containers())
    names.push_back(container.name);
  std::ranges::sort(names);
  return names;
}

std::vector<std::string> World::steps() const {
  std::vector<std::string> names;
  for (const auto& call : engine.calls()) {
    if (call.mutating) names.push_back(call.name);
  }
  return names;
}

}  // namespace boxwright::test
