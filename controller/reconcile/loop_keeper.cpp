// The keeper: looks at the sources, the public database and the engine, and decides.

#include <fmt/core.h>

#include <algorithm>

#include "controller/plan/purge.h"
#include "controller/plan/slice.h"
#include "controller/reconcile/loop_threads.h"

namespace boxwright::reconcile {

namespace {

/// Between two relists that events asked for.
constexpr Duration kRelistAtMost{1'000};

}  // namespace

Status Loop::Threads::keep(const std::stop_token& stop, const Bounded* bounded) {
  const auto began = parts_.clock.mono_now();
  while (!stop.stop_requested()) {
    if (auto ticked = tick(bounded, stop); !ticked) {
      if (bounded != nullptr || ticked.error().retry == RetryClass::Terminal) return ticked;
      say_once(said_store_, ticked.error().message);
    }
    if (bounded != nullptr) {
      const bool settled = is_settled(*bounded);
      if (settled || makes_no_more_volumes(*bounded)) hold_.hurry();
      if (settled && (!acts() || hold_.is_settled())) return {};
      if (parts_.clock.mono_now() - began > bounded->timeout) return {};
    }
    parts_.alive();
    wait_for_tick(stop);
  }
  return {};
}

void Loop::Threads::wake_keeper() {
  const std::lock_guard lock(mutex_);
  keeper_woken_ = true;
  keeper_changed_.notify_all();
}

void Loop::Threads::wait_for_tick(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  keeper_changed_.wait_for(lock, stop, parts_.settings.tick, [this] { return keeper_woken_; });
  keeper_woken_ = false;
}

Status Loop::Threads::tick(const Bounded* bounded, const std::stop_token& stop) {
  finish_told();
  if (intake_.poll(parts_.clock.mono_now())) must_decide_ = true;
  if (const auto counter = parts_.desired.change_counter()) {
    if (counter_ != *counter) must_decide_ = true;
    counter_ = *counter;
  } else {
    say_once(said_store_, counter.error().message);
  }
  bool asked = false;
  bool removed = false;
  std::string look_failure;
  {
    const std::lock_guard lock(mutex_);
    asked = relist_asked_;
    look_failure.swap(look_failure_);
    removed = std::exchange(removal_done_, false);
  }
  if (!look_failure.empty()) say_once(said_engine_, "engine: " + look_failure);
  const auto now = parts_.clock.mono_now();
  const bool soon = asked && (!last_relist_ || now - *last_relist_ >= kRelistAtMost);
  const bool listed = removed || soon || now >= next_relist_;
  if (listed) BW_TRY(relist(bounded, stop));
  if (must_decide_ && observed_ && intake_.all_read()) BW_TRY(decide(bounded));
  publish();
  if (auto trouble = hold_.trouble(); !trouble.empty()) {
    say_once(said_hold_, "hold: " + trouble);
  } else if (!std::exchange(said_hold_, {}).empty()) {
    parts_.say("hold: the volumes are held again");
  }
  return {};
}

Status Loop::Threads::relist(const Bounded* bounded, const std::stop_token& stop) {
  {
    const std::lock_guard lock(mutex_);
    relist_asked_ = false;
    gap_ = false;
  }
  const auto began = parts_.clock.mono_now();
  auto observed = parts_.engine.observe_fleet(parts_.installation, stop);
  const auto now = parts_.clock.mono_now();
  if (!observed) {
    if (observed.error().code == ErrorCode::Cancelled) return {};
    const bool final = observed.error().retry == RetryClass::Terminal && !observed_;
    if (final || (bounded != nullptr && !observed_)) return tl::unexpected(observed.error());
    say_once(said_engine_, "engine: " + observed.error().message);
    next_relist_ = now + std::min(Duration{1'000} * (1 << std::min(relist_failures_, 5)),
                                  parts_.settings.relist);
    ++relist_failures_;
    if (is_stale()) must_decide_ = true;
    return {};
  }
  if (!said_engine_.empty()) parts_.say("engine: answers again");
  said_engine_.clear();
  relist_failures_ = 0;
  observed_ = std::move(*observed);
  last_relist_ = now;
  listed_from_ = began;
  const auto spread = static_cast<std::int64_t>(parts_.random.next() % 201) - 100;
  next_relist_ = now + parts_.settings.relist + parts_.settings.relist * spread / 1'000;
  {
    const std::lock_guard lock(mutex_);
    box_by_container_.clear();
    for (const auto& container : observed_->containers) {
      box_by_container_[container.id] = container.owner.box;
    }
  }
  hold_.look_at(*observed_, listed_from_);
  BW_TRY_ASSIGN(const auto gone, intake_.finalise(*observed_));
  for (const auto& name : gone) {
    reconciler_.forget(name);
    parts_.say(fmt::format("box {} is removed", name.str()));
  }
  // Tombstones fall due and guards lapse with time alone.
  if (intake_.all_read()) BW_TRY(decide(bounded));
  patrol();
  // What belongs to no box concerns a run over all of them.
  if (!only_) {
    sweep(stop);
    remove_old_layers();
  }
  parts_.listed();
  return {};
}

/// Looks at every box as the relist shows it; only those that need something get a pass.
void Loop::Threads::patrol() {
  if (!intaken_) return;
  const plan::FleetIndex index(*observed_);
  for (const auto& box : intaken_->boxes) {
    const auto look = reconciler_.look_at(box, index.slice(box), listed_from_);
    if (is_bystander(box.name)) reconciler_.leave_out(box.name);
    switch (look) {
      case Reconciler::Look::NeedsPass: enqueue(box.name, Priority::Periodic); break;
      case Reconciler::Look::Quiet: {
        const std::lock_guard lock(mutex_);
        visited_.insert(box.name);
        break;
      }
      case Reconciler::Look::Busy: break;
    }
  }
  const std::lock_guard lock(mutex_);
  call_next(parts_.clock.mono_now());
  work_changed_.notify_all();
}

bool Loop::Threads::is_bystander(const BoxName& name) const {
  const std::lock_guard lock(mutex_);
  return is_off_limits(name);
}

/// What is new to these boxes may make replacements necessary: none begins before all of them were
/// looked at, so that the order of names decides and not that of workers.
void Loop::Threads::expect_looks(const std::vector<BoxName>& names) {
  for (const auto& name : names) {
    if (!is_bystander(name)) reconciler_.expect_look(name);
  }
}

bool Loop::Threads::is_stale() const {
  return !last_relist_ || parts_.clock.mono_now() - *last_relist_ > parts_.settings.stale_after;
}

Status Loop::Threads::decide(const Bounded* bounded) {
  Intake::Situation situation;
  situation.observed = observed_ ? &*observed_ : nullptr;
  situation.observation_stale = is_stale();
  if (bounded != nullptr) situation.confirmed_removals = bounded->confirmed_removals;
  BW_TRY_ASSIGN(auto intaken, intake_.decide(situation));
  must_decide_ = false;
  if (!said_store_.empty()) said_store_.clear();
  for (const auto& event : intaken.events)
    parts_.announcer.event(event);
  reconciler_.set_orders(intaken.orders);
  // Of a box that nothing but an order for all concerns.
  hold_.set_suspended(plan::is_suspended(state::BoxRecord{}, intaken.orders->requests));
  if (auto told = intake_.acknowledge(*intaken.orders); !told) {
    say_once(said_store_, told.error().message);
    must_decide_ = true;
  }
  const auto changed = intaken.changed;
  const bool first = !intaken_.has_value();
  intaken_ = std::move(intaken);
  {
    const std::lock_guard lock(mutex_);
    orphaned_ = {intaken_->orphaned.begin(), intaken_->orphaned.end()};
    has_decided_ = true;
  }
  std::vector<BoxName> expected = changed;
  if (first) {
    for (const auto& box : intaken_->boxes)
      expected.push_back(box.name);
  }
  expect_looks(expected);
  for (const auto& name : changed) {
    reconciler_.forget_failures(name);
    {
      const std::lock_guard lock(mutex_);
      visited_.erase(name);
    }
    enqueue(name, Priority::User);
  }
  if (first) patrol();
  if (!std::exchange(is_ready_, true)) parts_.ready();
  const std::lock_guard lock(mutex_);
  status_changed_ = true;
  return {};
}

/// What passes came to about requests; told by workers, written by the keeper alone.
void Loop::Threads::finish_told() {
  std::vector<OrderNews> told;
  {
    const std::lock_guard lock(mutex_);
    told.swap(order_news_);
  }
  for (const auto& news : told) {
    const bool is_bound = news.kind == OrderNews::Kind::Bound;
    const char* state = news.kind == OrderNews::Kind::Done ? "done" : "failed";
    const auto written = is_bound ? parts_.desired.bind_request(news.id, news.text)
                                  : parts_.desired.finish_request(news.id, state, news.text);
    // Two passes can carry out one order before it is struck off: the second finds none pending.
    if (!written && written.error().code != ErrorCode::NotFound) {
      const std::lock_guard lock(mutex_);
      order_news_.push_back(news);
    }
    must_decide_ = true;
  }
}

void Loop::Threads::publish() {
  {
    const std::lock_guard lock(mutex_);
    if (!std::exchange(status_changed_, false)) return;
  }
  if (!intaken_) return;
  auto rows = public_statuses(*intaken_, reconciler_.statuses(), parts_.clock.wall_now());
  if (auto put = parts_.desired.put_statuses(rows); !put) {
    say_once(said_store_, put.error().message);
  }
}

void Loop::Threads::say_once(std::string& last, std::string line) {
  if (line == last) return;
  last = std::move(line);
  parts_.say(last);
}

bool Loop::Threads::concerns(const Bounded& bounded, const state::BoxRecord& box) const {
  if (box.tombstone && !box.tombstone->confirmed) return false;
  if (bounded.only) {
    return std::find(bounded.only->begin(), bounded.only->end(), box.name) != bounded.only->end();
  }
  const auto readings = intake_.readings();
  return std::any_of(readings.begin(), readings.end(),
                     [&box](const auto& reading) { return reading.source == box.source; });
}

bool Loop::Threads::is_settled(const Bounded& bounded) const {
  if (!intaken_ || must_decide_) return false;
  const std::lock_guard lock(mutex_);
  if (removal_done_ || !order_news_.empty()) return false;
  // While the engine is away, what was last seen of the boxes says nothing.
  if (gap_ || !said_engine_.empty()) return false;
  if (bounded.only && intaken_->orders) {
    for (const auto& name : *bounded.only) {
      if (plan::has_purge(name, intaken_->orders->requests)) return false;
    }
  }
  const auto now = parts_.clock.mono_now();
  for (const auto& box : intaken_->boxes) {
    if (!concerns(bounded, box)) continue;
    if (!visited_.contains(box.name) || queue_.is_due(box.name, now)) return false;
    const auto status = reconciler_.status(box.name);
    if (box.tombstone) {
      const bool waits = status && (status->find("DeletionBlocked") != nullptr ||
                                    status->find("Stalled") != nullptr);
      if (!waits) return false;
      continue;
    }
    if (!status || settlement(*status, box.generation) == Settlement::Busy) return false;
  }
  return true;
}

/// Every box is up, or has only its health to wait for: what is new is held meanwhile, and not
/// after a pause for more that could come.
bool Loop::Threads::makes_no_more_volumes(const Bounded& bounded) const {
  if (!intaken_ || must_decide_) return false;
  const std::lock_guard lock(mutex_);
  return std::all_of(intaken_->boxes.begin(), intaken_->boxes.end(), [&](const auto& box) {
    if (!concerns(bounded, box)) return true;
    const auto status = reconciler_.status(box.name);
    if (!visited_.contains(box.name) || !status) return false;
    const auto* reconciling = status->find("Reconciling");
    return reconciling == nullptr || reconciling->reason == "AwaitingHealth";
  });
}

std::vector<BoxResult> Loop::Threads::results(const Bounded& bounded) const {
  std::vector<BoxResult> results;
  if (!intaken_) return results;
  for (const auto& box : intaken_->boxes) {
    if (!concerns(bounded, box)) continue;
    BoxResult result;
    result.name = box.name;
    result.status = reconciler_.status(box.name);
    result.removed = box.tombstone.has_value();
    if (result.status) result.settlement = settlement(*result.status, box.generation);
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace boxwright::reconcile
