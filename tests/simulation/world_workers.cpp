// Who goes on with what is ready: the workers, and what holds the volumes.

#include "tests/simulation/world_process.h"

namespace boxwright::test {

bool World::pass_one() {
  auto& process = *process_;
  const auto key = process.queue.take(clock.mono_now());
  if (!key) return false;
  pass(*key);
  return true;
}

void World::pass(const BoxName& key) {
  auto& process = *process_;
  ++passes_;
  ++process.passes[key.str()];
  const auto outcome = process.reconciler.advance(key, false, {});
  process.queue.done(key, clock.mono_now());
  for (const auto& called : process.reconciler.take_called())
    enqueue(called, reconcile::Priority::Retry);
  if (outcome.in_passage) {
    process.in_passage.insert(key);
  } else {
    process.in_passage.erase(key);
  }
  using Next = reconcile::Outcome::Next;
  const auto now = clock.mono_now();
  switch (outcome.next) {
    case Next::Continue: process.queue.add(key, reconcile::Priority::Retry, now); break;
    case Next::Wait:
      process.queue.add_after(key, outcome.after, reconcile::Priority::Retry, now);
      process.visited.insert(key);
      break;
    case Next::NoSlot:
      process.queue.add_after(key, Duration{1'000}, reconcile::Priority::Retry, now);
      break;
    case Next::Done: process.visited.insert(key); break;
    case Next::Gone: break;
  }
  if (outcome.removed) process.relist_asked = true;
}

bool World::is_hold_due() const {
  const auto due = process_->hold.due();
  return holds_ && due && *due <= clock.mono_now();
}

bool World::hold_one() {
  if (!holds_) return false;
  auto& process = *process_;
  const bool is_due = is_hold_due();
  if (is_due) {
    ++process.passes["hold"];
    process.hold.advance({});
  }
  // Also where a relist alone showed them held.
  for (const auto& box : process.hold.take_served())
    enqueue(box, reconcile::Priority::Event);
  return is_due;
}

bool World::act_one() {
  auto& process = *process_;
  while (const auto key = process.queue.take(clock.mono_now()))
    process.taken.push_back(*key);
  std::vector<std::string> workers;
  for (const auto& key : process.taken)
    workers.push_back(key.str());
  if (is_hold_due()) workers.emplace_back("hold");
  if (workers.empty()) return hold_one();
  const auto chosen = workers.size() == 1 ? 0 : choose_worker(workers);
  if (chosen == process.taken.size()) return hold_one();
  const auto key = process.taken[chosen];
  process.taken.erase(process.taken.begin() + static_cast<std::ptrdiff_t>(chosen));
  pass(key);
  return true;
}

const std::map<std::string, std::uint64_t>& World::passes_of_process() const {
  static const std::map<std::string, std::uint64_t> kNone;
  return process_ == nullptr ? kNone : process_->passes;
}

}  // namespace boxwright::test
