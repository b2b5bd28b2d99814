#include "controller/reconcile/work_queue.h"

#include <algorithm>

namespace boxwright::reconcile {

void WorkQueue::put(std::map<BoxName, Entry>& queue, const BoxName& key, const Entry& entry) {
  const auto [place, is_new] = queue.try_emplace(key, entry);
  if (is_new) return;
  place->second.ready = std::min(place->second.ready, entry.ready);
  place->second.priority = std::min(place->second.priority, entry.priority);
  place->second.asked_at = std::max(place->second.asked_at, entry.asked_at);
}

MonoTime WorkQueue::ready_for(const BoxName& key, Priority priority, MonoTime now) const {
  const auto ended = ended_.find(key);
  if (priority != Priority::Event || ended == ended_.end()) return now;
  return std::max(now, ended->second + kEventPace);
}

void WorkQueue::add(const BoxName& key, Priority priority, MonoTime now) {
  if (processing_.contains(key)) {
    put(again_, key, {now, priority, now});
  } else if (priority == Priority::User || !is_parked(key)) {
    put(waiting_, key, {ready_for(key, priority, now), priority, now});
  }
}

void WorkQueue::add_after(const BoxName& key, Duration delay, Priority priority, MonoTime now) {
  auto& queue = processing_.contains(key) ? again_ : waiting_;
  put(queue, key, {now + delay, priority, now});
}

void WorkQueue::park(const BoxName& key, engine::SlotClass slot, Priority priority) {
  parked_[slot][key] = priority;
}

bool WorkQueue::is_parked(const BoxName& key) const {
  return std::any_of(parked_.begin(), parked_.end(),
                     [&key](const auto& entry) { return entry.second.contains(key); });
}

void WorkQueue::unpark(engine::SlotClass slot, int free, MonoTime now) {
  auto& woken = woken_[slot];
  while (std::ssize(woken) < free) {
    const auto found = parked_.find(slot);
    if (found == parked_.end()) return;
    const auto first =
        std::min_element(found->second.begin(), found->second.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    const auto [key, priority] = *first;
    forget_parked(key);
    woken.insert(key);
    add_after(key, Duration{0}, priority, now);
  }
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

void WorkQueue::done(const BoxName& key, MonoTime now, std::optional<MonoTime> looked_at) {
  processing_.erase(key);
  for (auto& [slot, keys] : woken_)
    keys.erase(key);
  std::erase_if(ended_, [now](const auto& entry) { return entry.second + kEventPace <= now; });
  ended_[key] = now;
  const auto again = again_.find(key);
  if (again == again_.end()) return;
  auto entry = again->second;
  again_.erase(again);
  if (looked_at && entry.asked_at < *looked_at) return;
  entry.ready = std::max(entry.ready, ready_for(key, entry.priority, now));
  put(waiting_, key, entry);
}

bool WorkQueue::is_due(const BoxName& key, MonoTime now) const {
  if (processing_.contains(key)) return true;
  const auto found = waiting_.find(key);
  if (found == waiting_.end()) return false;
  return found->second.ready <= now || found->second.priority <= Priority::Event;
}

std::optional<MonoTime> WorkQueue::next_ready() const {
  std::optional<MonoTime> next;
  for (const auto& [key, entry] : waiting_) {
    if (!next || entry.ready < *next) next = entry.ready;
  }
  return next;
}

}  // namespace boxwright::reconcile
