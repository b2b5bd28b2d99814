#pragma once
// What is being done to each box, since when, and how it ended. Owns no thread and no lock.

#include <map>
#include <optional>
#include <string>

#include "controller/engine/step.h"
#include "specs/base/clock.h"
#include "state/records.h"

namespace boxwright::cli {

enum class Verdict { Busy, Ready, Stopped, Failed };

struct Activity {
  std::string phase;   ///< `pulling`, `creating`, `waiting for health`.
  std::string detail;  ///< `40 %`; may be empty.
  MonoTime began{};    ///< Its first step.
  MonoTime phase_since{};
  MonoTime last{};  ///< When anything was last told of it.
  Verdict verdict = Verdict::Busy;
  std::string reason;  ///< Of a failure: `StartFailed`.
  std::string message;

  /// How long it was worked on.
  [[nodiscard]] Duration took() const { return std::chrono::duration_cast<Duration>(last - began); }
};

using ActivityOf = std::map<BoxName, Activity>;

class Activities {
 public:
  explicit Activities(const Clock& clock) : clock_(clock) {}

  /// True: it is something else than before.
  bool step(const BoxName& box, const engine::Step& step);
  /// How far the step in hand is: `pulling 40 %`, `40 %`.
  bool detail(const BoxName& box, const std::string& text);
  /// True: the box came to a verdict, or waits for its health from now on. A box that nothing was
  /// done to is no news, unless it failed.
  bool status(const state::BoxStatus& status);

  [[nodiscard]] const ActivityOf& all() const { return all_; }
  [[nodiscard]] const Activity* find(const BoxName& box) const;
  [[nodiscard]] MonoTime now() const { return clock_.mono_now(); }

 private:
  bool enter(const BoxName& box, std::string phase);

  const Clock& clock_;
  ActivityOf all_;
};

/// `creating`, `waiting for health 3s`, `ready after 3.1s`, `StartFailed: ...`; made printable.
[[nodiscard]] std::string activity_text(const Activity& activity, MonoTime now);
/// `3.1s`, `2m05s`.
[[nodiscard]] std::string took_text(Duration took);
[[nodiscard]] std::string_view to_string(Verdict value);

}  // namespace boxwright::cli
