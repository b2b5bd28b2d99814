#include "controller/reconcile/rollout_board.h"

#include <algorithm>
#include <utility>

namespace boxwright::reconcile {

namespace {

using Phase = plan::RolloutStanding::Phase;

}  // namespace

void RolloutBoard::expect(const BoxName& name, MonoTime now) {
  const std::lock_guard lock(mutex_);
  auto& entry = entries_[name];
  entry.standing.name = name;
  // One that is at it goes on; its next look tells.
  if (entry.standing.phase == Phase::UnderWay || entry.standing.has_turn) return;
  entry.standing.phase = Phase::Unknown;
  entry.expected_at = now;
}

void RolloutBoard::report(plan::RolloutStanding standing, const specs::RolloutLimits& limits) {
  const std::lock_guard lock(mutex_);
  auto& entry = entries_[standing.name];
  const bool needs_turn = standing.phase == Phase::Due || standing.phase == Phase::UnderWay;
  standing.has_turn = needs_turn && entry.standing.has_turn;
  if (standing.phase != Phase::Due || standing.has_turn) waiting_.erase(standing.name);
  if (entry.standing.failed_at && !standing.failed_at) call_halted(entry.standing.source);
  entry.standing = std::move(standing);
  entry.limits = limits;
  entry.called = false;
}

void RolloutBoard::leave_out(const BoxName& name) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(name);
  if (found != entries_.end()) take_turn_from(name, found->second);
}

void RolloutBoard::rest(const BoxName& name) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(name);
  if (found == entries_.end() || found->second.standing.phase == Phase::UnderWay) return;
  take_turn_from(name, found->second);
}

void RolloutBoard::lose_sight(const BoxName& name) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(name);
  if (found == entries_.end()) return;
  const auto& standing = found->second.standing;
  if (standing.phase == Phase::UnderWay || standing.has_turn) return;
  take_turn_from(name, found->second);
}

/// With mutex_ held.
void RolloutBoard::take_turn_from(const BoxName& name, Entry& entry) {
  entry.standing.phase = Phase::Quiet;
  entry.standing.has_turn = false;
  waiting_.erase(name);
}

void RolloutBoard::forget(const BoxName& name) {
  const std::lock_guard lock(mutex_);
  if (const auto found = entries_.find(name); found != entries_.end()) {
    if (found->second.standing.failed_at) call_halted(found->second.standing.source);
    entries_.erase(found);
  }
  waiting_.erase(name);
  halted_.erase(name);
}

/// With mutex_ held.
void RolloutBoard::call_halted(const SourceName& source) {
  for (const auto& [name, held_by] : halted_) {
    if (held_by == source) recalled_.insert(name);
  }
}

/// With mutex_ held.
std::vector<BoxName> RolloutBoard::ready(const SourceName& source, MonoTime now) const {
  std::vector<plan::RolloutStanding> standings;
  specs::RolloutLimits limits;
  for (const auto& [name, entry] : entries_) {
    const auto& standing = entry.standing;
    const bool unknown = standing.phase == Phase::Unknown;
    if (unknown && now - entry.expected_at > kLongestUnknown) continue;
    // Nobody knows yet whose one that is new will be.
    if (standing.source != source && !(unknown && standing.source.empty())) continue;
    if (!unknown) limits = entry.limits;
    standings.push_back(standing);
  }
  return plan::boxes_that_may_begin(standings, limits);
}

/// With mutex_ held.
bool RolloutBoard::is_any_unknown(MonoTime now) const {
  return std::any_of(entries_.begin(), entries_.end(), [now](const auto& item) {
    const auto& entry = item.second;
    return entry.standing.phase == Phase::Unknown && now - entry.expected_at <= kLongestUnknown;
  });
}

std::optional<Duration> RolloutBoard::try_begin(const BoxName& name, MonoTime now) {
  const std::lock_guard lock(mutex_);
  auto& entry = entries_[name];
  if (entry.standing.phase != Phase::Due || entry.standing.has_turn) return std::nullopt;
  const auto may = ready(entry.standing.source, now);
  if (std::find(may.begin(), may.end(), name) == may.end()) {
    waiting_.insert(name);
    return is_any_unknown(now) ? kLongestUnknown : kTurnPoll;
  }
  entry.standing.has_turn = true;
  waiting_.erase(name);
  return std::nullopt;
}

bool RolloutBoard::is_waiting(const BoxName& name, MonoTime now) const {
  const std::lock_guard lock(mutex_);
  if (!waiting_.contains(name)) return false;
  const auto may = ready(entries_.at(name).standing.source, now);
  return std::find(may.begin(), may.end(), name) == may.end();
}

std::vector<BoxName> RolloutBoard::take_called(MonoTime now) {
  const std::lock_guard lock(mutex_);
  std::vector<BoxName> called(recalled_.begin(), recalled_.end());
  recalled_.clear();
  if (waiting_.empty()) return called;
  std::set<SourceName> sources;
  for (const auto& name : waiting_)
    sources.insert(entries_[name].standing.source);
  for (const auto& source : sources) {
    for (const auto& name : ready(source, now)) {
      auto& entry = entries_[name];
      if (!waiting_.contains(name) || std::exchange(entry.called, true)) continue;
      called.push_back(name);
    }
  }
  return called;
}

std::string RolloutBoard::halted(const plan::RolloutQuestion& question, const BoxName& asks) {
  const std::lock_guard lock(mutex_);
  std::vector<plan::RolloutStanding> failed;
  for (const auto& [name, entry] : entries_) {
    if (entry.standing.failed_at) failed.push_back(entry.standing);
  }
  auto halted = plan::halted_by(failed, question);
  if (!asks.empty() && !halted.empty()) halted_[asks] = question.source;
  if (!asks.empty() && halted.empty()) halted_.erase(asks);
  return halted;
}

}  // namespace boxwright::reconcile
