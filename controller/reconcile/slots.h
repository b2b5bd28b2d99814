#pragma once
// How many engine calls of each kind run at once. A slow stop holds up nobody.

#include <array>
#include <functional>
#include <mutex>
#include <optional>

#include "controller/engine/step.h"

namespace boxwright::reconcile {

/// Calls at once, by kind. The numbers are where more brought nothing on 2 cores (tests/benchmark).
/// A mutating call takes milliseconds, and one that has to wait for a slot costs another look at
/// its box: there are as many as workers.
struct SlotLimits {
  int mutate = 16;
  int start = 8;
  int pull = 2;
  int stop = 8;
};

/// Thread-safe.
class SlotPool {
 public:
  using Freed = std::function<void(engine::SlotClass)>;
  explicit SlotPool(const SlotLimits& limits)
      : free_{limits.mutate, limits.start, limits.pull, limits.stop} {}

  /// Told after each release, outside the pool's lock.
  void on_free(Freed freed) { freed_ = std::move(freed); }

  class Slot {
   public:
    Slot(SlotPool& pool, engine::SlotClass kind) : pool_(&pool), kind_(kind) {}
    Slot(Slot&& other) noexcept : pool_(std::exchange(other.pool_, nullptr)), kind_(other.kind_) {}
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;
    Slot& operator=(Slot&&) = delete;
    ~Slot() {
      if (pool_ != nullptr) pool_->release(kind_);
    }

   private:
    SlotPool* pool_;
    engine::SlotClass kind_;
  };

  /// nullopt: all are taken; come back when told.
  [[nodiscard]] std::optional<Slot> try_take(engine::SlotClass kind) {
    const std::lock_guard lock(mutex_);
    auto& free = free_[static_cast<std::size_t>(kind)];
    if (free == 0) return std::nullopt;
    --free;
    return std::optional<Slot>(std::in_place, *this, kind);
  }

  [[nodiscard]] int free(engine::SlotClass kind) const {
    const std::lock_guard lock(mutex_);
    return free_[static_cast<std::size_t>(kind)];
  }

 private:
  void release(engine::SlotClass kind) {
    {
      const std::lock_guard lock(mutex_);
      ++free_[static_cast<std::size_t>(kind)];
    }
    if (freed_) freed_(kind);
  }

  mutable std::mutex mutex_;
  std::array<int, 4> free_;
  Freed freed_;
};

}  // namespace boxwright::reconcile
