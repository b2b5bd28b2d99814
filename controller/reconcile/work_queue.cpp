#include "controller/reconcile/work_queue.h"

#include <algorithm>

namespace boxwright::reconcile {

void WorkQueue::add(const BoxName& key, Priority priority, MonoTime now) {
  add_after(key, Duration{0}, priority, now);
}

void WorkQueue::add_after(const BoxName& key, Duration delay, Priority priority, MonoTime now) {
  auto& queue = processing_.contains(key) ? again_ : waiting_;
  const Entry entry{now + delay, priority};
  const auto [place, is_new] = queue.try_emplace(key, entry);
  if (is_new) return;
  place->second.ready = std::min(place->second.ready, entry.ready);
  place->second.priority = std::min(place->second.priority, entry.priority);
}

void WorkQueue::park(const BoxName& key, engine::SlotClass slot, Priority priority) {
  parked_[slot][key] = priority;
}

void WorkQueue::unpark(engine::SlotClass slot, MonoTime now) {
  const auto found = parked_.find(slot);
  if (found == parked_.end()) return;
  const auto first =
      std::min_element(found->second.begin(), found->second.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  const auto [key, priority] = *first;
  forget_parked(key);
  add(key, priority, now);
}

void WorkQueue::forget_parked(const BoxName& key) {
  for (auto& [slot, keys] : parked_)
    keys.erase(key);
  std::erase_if(parked_, [](const auto& entry) { return entry.second.empty(); });
}

std::optional<BoxName> WorkQueue::take(MonoTime now) {
  const auto better = [now](const Entry& a, const Entry& b) {
    const auto rank = [now](const Entry& entry) {
      const bool aged = now - entry.ready >= kAgeing;
      return std::pair(aged ? Priority::User : entry.priority, entry.ready);
    };
    return rank(a) < rank(b);
  };
  auto best = waiting_.end();
  for (auto it = waiting_.begin(); it != waiting_.end(); ++it) {
    if (it->second.ready > now) continue;
    if (best == waiting_.end() || better(it->second, best->second)) best = it;
  }
  if (best == waiting_.end()) return std::nullopt;
  BoxName key = best->first;
  waiting_.erase(best);
  forget_parked(key);
  processing_.insert(key);
  return key;
}

void WorkQueue::done(const BoxName& key, MonoTime now) {
  processing_.erase(key);
  const auto again = again_.find(key);
  if (again == again_.end()) return;
  const auto entry = again->second;
  again_.erase(again);
  add_after(key, std::max(Duration{0}, entry.ready - now), entry.priority, now);
}

bool WorkQueue::is_due(const BoxName& key, MonoTime now) const {
  if (processing_.contains(key)) return true;
  const auto found = waiting_.find(key);
  return found != waiting_.end() && found->second.ready <= now;
}

std::optional<MonoTime> WorkQueue::next_ready() const {
  std::optional<MonoTime> next;
  for (const auto& [key, entry] : waiting_) {
    if (!next || entry.ready < *next) next = entry.ready;
  }
  return next;
}

}  // namespace boxwright::reconcile
