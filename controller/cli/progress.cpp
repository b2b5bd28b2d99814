#include "controller/cli/progress.h"

#include <fmt/core.h>

#include <thread>
#include <vector>

#include "controller/cli/session.h"
#include "controller/cli/terminal.h"

namespace boxwright::cli {

namespace {

/// More would scroll away what is redrawn.
constexpr std::size_t kLinesMax = 12;
constexpr Duration kTick{1'000};

/// At most `width` bytes, not through the middle of a character.
std::string cut(std::string text, std::size_t width) {
  if (text.size() <= width) return text;
  std::size_t end = width;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
    --end;
  text.resize(end);
  return text;
}

Colour tint_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::Ready:
    case Verdict::Stopped: return Colour::Green;
    case Verdict::Failed: return Colour::Red;
    case Verdict::Busy: return Colour::None;
  }
  return Colour::None;
}

}  // namespace

Progress::~Progress() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  redraw({});
}

void Progress::step(const BoxName& box, const engine::Step& step) {
  const std::lock_guard lock(mutex_);
  if (activities_.step(box, step)) say_activity(box);
}

void Progress::detail(const BoxName& box, const std::string& text) {
  const std::lock_guard lock(mutex_);
  if (activities_.detail(box, text)) say_activity(box);
}

void Progress::status(const state::BoxStatus& status) {
  const std::lock_guard lock(mutex_);
  if (!activities_.status(status)) return;
  const auto* activity = activities_.find(status.name);
  if (activity->verdict != Verdict::Failed) {
    say_activity(status.name);
    return;
  }
  say(coloured(
      fmt::format("{}: {}", status.name.str(), activity_text(*activity, activities_.now())),
      Colour::Red, style_.colour));
}

void Progress::note(const std::string& line) {
  const std::lock_guard lock(mutex_);
  say(printable(line));
}

void Progress::event(const state::Event& event) {
  if (event.type != "Warning" || event.box.empty()) return;
  // The status that follows says the same.
  if (event.action == "RolledBack") return;
  const std::lock_guard lock(mutex_);
  say(coloured(fmt::format("{}: {}", event.box.str(), printable(event.message)), Colour::Yellow,
               style_.colour));
}

void Progress::tick() {
  const std::lock_guard lock(mutex_);
  redraw({});
}

reconcile::Announcer Progress::announcer() {
  reconcile::Announcer announcer;
  announcer.event = [this](const state::Event& one) { event(one); };
  announcer.step = [this](const BoxName& box, const engine::Step& one) { step(box, one); };
  announcer.progress = [this](const BoxName& box, const std::string& text) { detail(box, text); };
  announcer.status = [this](const state::BoxStatus& one) { status(one); };
  return announcer;
}

ActivityOf Progress::activities() const {
  const std::lock_guard lock(mutex_);
  return activities_.all();
}

void Progress::say(const std::string& line) {
  if (style_.redraw) {
    redraw(line + "\n");
  } else {
    sink_(line + "\n");
  }
}

void Progress::say_activity(const BoxName& box) {
  if (style_.redraw) {
    redraw({});
  } else if (style_.steps) {
    const auto& activity = *activities_.find(box);
    sink_(fmt::format("{}: {}\n", box.str(), activity_text(activity, activity.phase_since)));
  }
}

std::string Progress::line_of(const BoxName& box, const Activity& activity) const {
  const auto line = fmt::format("  {}: {}", box.str(), activity_text(activity, activities_.now()));
  return coloured(cut(line, style_.width - 1), tint_of(activity.verdict), style_.colour) + "\n";
}

void Progress::redraw(const std::string& above) {
  if (!style_.redraw) return;
  std::string frame;
  // To the first of our lines, and clear from there on.
  if (drawn_ > 0) frame += fmt::format("\x1b[{}F\x1b[J", drawn_);
  frame += above;
  drawn_ = 0;
  // Those at work first; a failure stands above, once and for all.
  std::vector<std::string> lines;
  for (const bool busy : {true, false}) {
    for (const auto& [box, activity] : activities_.all()) {
      const bool is_busy = activity.verdict == Verdict::Busy;
      if (ended_ || is_busy != busy || activity.verdict == Verdict::Failed) continue;
      lines.push_back(line_of(box, activity));
    }
  }
  for (const auto& line : lines) {
    if (drawn_ == kLinesMax) {
      frame += fmt::format("  ... and {} more\n", lines.size() - kLinesMax);
      ++drawn_;
      break;
    }
    frame += line;
    ++drawn_;
  }
  if (!frame.empty()) sink_(frame);
}

class Ticking::Thread {
 public:
  explicit Thread(Progress& progress)
      : thread_([&progress](const std::stop_token& stop) {
          while (!wait_a_little(stop, kTick))
            progress.tick();
        }) {}

 private:
  std::jthread thread_;
};

Ticking::Ticking(Progress& progress) : thread_(std::make_unique<Thread>(progress)) {
}

Ticking::~Ticking() = default;

}  // namespace boxwright::cli
