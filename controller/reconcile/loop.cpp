#include "controller/reconcile/loop.h"

#include "controller/reconcile/loop_threads.h"

namespace boxwright::reconcile {

Loop::Loop(Parts parts) : threads_(std::make_unique<Threads>(std::move(parts))) {
}

Loop::~Loop() = default;

void Loop::add_source(std::unique_ptr<specs::SpecSource> source) {
  threads_->add_source(std::move(source));
}

Status Loop::run(const std::stop_token& stop) {
  return threads_->run(stop, nullptr);
}

Result<std::vector<BoxResult>> Loop::run_until_settled(const Bounded& bounded,
                                                       const std::stop_token& stop) {
  BW_TRY(threads_->run(stop, &bounded));
  return threads_->results(bounded);
}

namespace {

/// The caller's announcer, and the loop's own ears.
Announcer listening(Announcer outer, std::function<void()> on_status,
                    std::function<void(const OrderNews&)> on_order) {
  Announcer announcer = outer;
  announcer.status = [outer, on_status](const state::BoxStatus& status) {
    outer.status(status);
    on_status();
  };
  announcer.finished = [outer, on_order](std::int64_t id, const std::string& outcome) {
    outer.finished(id, outcome);
    on_order({OrderNews::Kind::Done, id, outcome});
  };
  announcer.refused = [outer, on_order](std::int64_t id, const std::string& outcome) {
    outer.refused(id, outcome);
    on_order({OrderNews::Kind::Failed, id, outcome});
  };
  announcer.bound = [outer, on_order](std::int64_t id, const std::string& argument) {
    outer.bound(id, argument);
    on_order({OrderNews::Kind::Bound, id, argument});
  };
  return announcer;
}

}  // namespace

Loop::Threads::Threads(Parts parts)
    : parts_(std::move(parts)),
      slots_(parts_.settings.slots),
      intake_({parts_.store, parts_.desired, parts_.clock, parts_.random}),
      hold_({parts_.engine, parts_.store, parts_.clock, parts_.random, parts_.installation,
             parts_.announcer.event, [this] { wake_holder(); }}),
      reconciler_({parts_.engine, parts_.store, parts_.layers, parts_.clock, parts_.random, slots_,
                   parts_.installation, parts_.mac_key,
                   listening(
                       parts_.announcer,
                       [this] {
                         const std::lock_guard lock(mutex_);
                         status_changed_ = true;
                       },
                       [this](const OrderNews& news) {
                         const std::lock_guard lock(mutex_);
                         order_news_.push_back(news);
                         keeper_woken_ = true;
                         keeper_changed_.notify_all();
                       }),
                   &hold_, parts_.settings.keep_layer_images}) {
  slots_.on_free([this](engine::SlotClass slot) {
    const std::lock_guard lock(mutex_);
    queue_.unpark(slot, slots_.free(slot), parts_.clock.mono_now());
    work_changed_.notify_all();
  });
}

Status Loop::Threads::run(const std::stop_token& stop, const Bounded* bounded) {
  if (bounded != nullptr && bounded->only)
    only_.emplace(bounded->only->begin(), bounded->only->end());
  std::stop_source ended;  // Also when a bounded run is done.
  const std::stop_callback on_stop(stop, [&ended] { ended.request_stop(); });
  std::vector<std::jthread> threads;
  threads.emplace_back([this, token = ended.get_token()] { follow(token); });
  if (acts()) {
    threads.emplace_back([this, token = ended.get_token()] { hold(token); });
  }
  for (int i = 0; i < parts_.settings.workers; ++i) {
    threads.emplace_back([this, token = ended.get_token()] { work(token); });
  }
  auto kept = keep(ended.get_token(), bounded);
  ended.request_stop();
  work_changed_.notify_all();
  threads.clear();  // Joins: each worker ends after the step in hand.
  end_passages();
  finish_told();
  publish();
  return kept;
}

void Loop::Threads::work(const std::stop_token& stop) {
  while (true) {
    std::optional<BoxName> key;
    {
      std::unique_lock lock(mutex_);
      while (!stop.stop_requested()) {
        key = queue_.take(parts_.clock.mono_now());
        if (key) break;
        const auto next = queue_.next_ready();
        if (next) {
          work_changed_.wait_until(lock, stop, *next, [this, &next] {
            const auto sooner = queue_.next_ready();
            return sooner && *sooner < *next;
          });
        } else {
          work_changed_.wait(lock, stop, [this] { return queue_.next_ready().has_value(); });
        }
      }
    }
    if (!key) return;
    work_on(*key, stop);
  }
}

void Loop::Threads::work_on(const BoxName& key, const std::stop_token& stop) {
  Outcome outcome;
  bool in_passage = false;
  do {
    // What has been begun is not broken off: a passage ends at a running container.
    const auto token = in_passage ? std::stop_token{} : stop;
    outcome = reconciler_.advance(key, stop.stop_requested(), token);
    in_passage = outcome.in_passage;
    const std::lock_guard lock(mutex_);
    if (in_passage) {
      open_passages_.insert(key);
    } else {
      open_passages_.erase(key);
    }
  } while (outcome.next == Outcome::Next::Continue && (!stop.stop_requested() || in_passage));
  put_back(key, outcome);
}

void Loop::Threads::put_back(const BoxName& key, const Outcome& outcome) {
  const std::lock_guard lock(mutex_);
  const auto now = parts_.clock.mono_now();
  const auto priority = priorities_.contains(key) ? priorities_[key] : Priority::Retry;
  queue_.done(key, now, outcome.looked_at);
  if (!outcome.look_failure.empty()) {
    // The keeper finds out whether it is the engine, and meanwhile says so.
    look_failure_ = outcome.look_failure;
    relist_asked_ = true;
  }
  switch (outcome.next) {
    case Outcome::Next::Continue: queue_.add(key, priority, now); break;
    case Outcome::Next::Wait:
      queue_.add_after(key, outcome.after, Priority::Retry, now);
      visited_.insert(key);
      break;
    case Outcome::Next::NoSlot:
      queue_.park(key, outcome.slot, priority);
      // Whatever holds the slots, the box itself is looked at now and then.
      queue_.add_after(key, Duration{10'000}, priority, now);
      break;
    case Outcome::Next::Done:
      visited_.insert(key);
      priorities_.erase(key);
      break;
    case Outcome::Next::Gone: priorities_.erase(key); break;
  }
  if (outcome.removed) removal_done_ = true;
  call_next(now);
  // Also for a slot that came free just before it was waited for, or that a woken box left alone.
  for (const auto kind : engine::kSlotClasses)
    queue_.unpark(kind, slots_.free(kind), now);
  work_changed_.notify_all();
  if (outcome.next != Outcome::Next::NoSlot) {
    keeper_woken_ = true;
    keeper_changed_.notify_all();
  }
}

/// With mutex_ held. Boxes whose turn to be replaced has come.
void Loop::Threads::call_next(MonoTime now) {
  for (const auto& name : reconciler_.take_called()) {
    if (!is_off_limits(name)) queue_.add(name, Priority::Retry, now);
  }
}

/// With mutex_ held.
bool Loop::Threads::is_off_limits(const BoxName& key) const {
  return orphaned_.contains(key) || (only_ && !only_->contains(key));
}

void Loop::Threads::enqueue(const BoxName& key, Priority priority) {
  const std::lock_guard lock(mutex_);
  // Before the first decision nobody knows what people asked, a suspension above all: whatever
  // happened to the box is seen by a look at everything.
  if (!has_decided_) {
    relist_asked_ = true;
    return;
  }
  if (is_off_limits(key)) return;
  priorities_[key] = priority;
  queue_.add(key, priority, parts_.clock.mono_now());
  work_changed_.notify_all();
}

void Loop::Threads::end_passages() {
  std::set<BoxName> open;
  {
    const std::lock_guard lock(mutex_);
    open = open_passages_;
  }
  for (const auto& key : open) {
    // Each call is bounded by its own deadline; what does not come up in time is left to the next
    // run, which finds it.
    constexpr int kTriesMax = 12;
    constexpr Duration kLongest{10'000};
    const auto began = parts_.clock.mono_now();
    for (int i = 0; i < kTriesMax && parts_.clock.mono_now() - began < kLongest; ++i) {
      const auto outcome = reconciler_.advance(key, true, {});
      const bool more = outcome.in_passage && outcome.next != Outcome::Next::Done;
      if (!more) break;
    }
  }
}

}  // namespace boxwright::reconcile
