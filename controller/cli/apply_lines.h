#pragma once
// What an apply does, for programs: one JSON object a line, as it happens. The fields are a
// contract: docs/reference/apply-json-lines.md.

#include <functional>
#include <mutex>
#include <string>

#include "controller/cli/activities.h"
#include "controller/cli/apply_report.h"
#include "controller/reconcile/reconciler.h"

namespace boxwright::cli {

/// Thread-safe: workers tell it.
class ApplyLines {
 public:
  using Sink = std::function<void(const std::string& line)>;

  ApplyLines(Sink sink, const Clock& clock)
      : sink_(std::move(sink)), clock_(clock), activities_(clock) {}

  void plan(const PlanView& view);
  void note(const std::string& message);
  /// The last words: each box, then the sum.
  void applied(const Applied& applied);
  [[nodiscard]] reconcile::Announcer announcer();
  [[nodiscard]] ActivityOf activities() const;

 private:
  void step(const BoxName& box, const engine::Step& step);
  void progress(const BoxName& box, const std::string& text);
  void status(const state::BoxStatus& status);
  void warning(const state::Event& event);

  Sink sink_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  Activities activities_;
};

}  // namespace boxwright::cli
