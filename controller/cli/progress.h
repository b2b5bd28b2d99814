#pragma once
// What is being done, box by box, while it is done: redrawn lines on a terminal; elsewhere only
// what went wrong, and the steps where they are asked for.

#include <cstddef>
#include <functional>
#include <mutex>
#include <string>

#include "controller/cli/activities.h"
#include "controller/reconcile/reconciler.h"

namespace boxwright::cli {

/// Thread-safe: workers tell it. Ends by wiping what it redraws.
class Progress {
 public:
  struct Style {
    bool redraw = false;     ///< The sink is a terminal.
    std::size_t width = 80;  ///< Columns; a redrawn line never wraps.
    bool colour = false;
    bool steps = false;  ///< Not redrawn: each step and each verdict on a line of its own.
  };
  using Sink = std::function<void(const std::string&)>;

  Progress(Style style, Sink sink, const Clock& clock)
      : style_(style), sink_(std::move(sink)), activities_(clock) {}
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void step(const BoxName& box, const engine::Step& step);
  /// How far the step in hand is.
  void detail(const BoxName& box, const std::string& text);
  void status(const state::BoxStatus& status);
  /// What went wrong; the rest shows as steps and statuses.
  void event(const state::Event& event);
  /// A line that is about no box in particular.
  void note(const std::string& line);
  /// Time has passed: lines that show it are drawn again.
  void tick();

  /// Steps and statuses as an announcer; this object must outlive it.
  [[nodiscard]] reconcile::Announcer announcer();
  /// What was done to each box up to now.
  [[nodiscard]] ActivityOf activities() const;

 private:
  void say(const std::string& line);
  void say_activity(const BoxName& box);
  void redraw(const std::string& above);
  [[nodiscard]] std::string line_of(const BoxName& box, const Activity& activity) const;

  Style style_;
  Sink sink_;
  mutable std::mutex mutex_;
  Activities activities_;
  bool ended_ = false;
  std::size_t drawn_ = 0;  ///< Redrawn lines on the screen at present.
};

/// Calls tick() every second as long as it lives. Owns one thread.
class Ticking {
 public:
  explicit Ticking(Progress& progress);
  ~Ticking();
  Ticking(const Ticking&) = delete;
  Ticking& operator=(const Ticking&) = delete;

 private:
  class Thread;
  std::unique_ptr<Thread> thread_;
};

}  // namespace boxwright::cli
