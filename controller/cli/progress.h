#pragma once
// What is being done, box by box, while it is done: redrawn lines on a terminal, plain lines else.

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "controller/reconcile/reconciler.h"

namespace boxwright::cli {

/// Thread-safe: workers tell it. Ends by wiping what it redraws.
class Progress {
 public:
  struct Style {
    bool redraw = false;     ///< The sink is a terminal.
    std::size_t width = 80;  ///< Columns; a redrawn line never wraps.
    bool colour = false;
  };
  using Sink = std::function<void(const std::string&)>;

  Progress(Style style, Sink sink) : style_(style), sink_(std::move(sink)) {}
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void step(const BoxName& box, const std::string& text);
  void status(const state::BoxStatus& status);
  /// What went wrong; the rest shows as steps and statuses.
  void event(const state::Event& event);
  /// A line that is about no box in particular.
  void note(const std::string& line);
  /// Steps and statuses as an announcer; this object must outlive it.
  [[nodiscard]] reconcile::Announcer announcer();

 private:
  void say(const std::string& line);
  void redraw(const std::string& above);

  Style style_;
  Sink sink_;
  std::mutex mutex_;
  std::map<BoxName, std::string> active_;  ///< What is being done now.
  std::map<BoxName, std::string> told_;    ///< The verdict said last.
  std::size_t drawn_ = 0;                  ///< Redrawn lines on the screen at present.
};

}  // namespace boxwright::cli
