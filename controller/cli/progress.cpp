#include "controller/cli/progress.h"

#include <fmt/core.h>

#include "controller/cli/terminal.h"

namespace boxwright::cli {

namespace {

/// More would scroll away what is redrawn.
constexpr std::size_t kLinesMax = 12;

/// At most `width` bytes, not through the middle of a character.
std::string cut(std::string text, std::size_t width) {
  if (text.size() <= width) return text;
  std::size_t end = width;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
    --end;
  text.resize(end);
  return text;
}

}  // namespace

Progress::~Progress() {
  const std::lock_guard lock(mutex_);
  active_.clear();
  redraw({});
}

void Progress::step(const BoxName& box, const std::string& text) {
  const std::lock_guard lock(mutex_);
  auto& doing = active_[box];
  const auto line = printable(text);
  if (doing == line) return;
  doing = line;
  told_.erase(box);
  if (style_.redraw) {
    redraw({});
  } else {
    sink_(fmt::format("{}: {}\n", box.str(), line));
  }
}

void Progress::status(const state::BoxStatus& status) {
  const std::lock_guard lock(mutex_);
  const auto* ready = status.find("Ready");
  const auto* stalled = status.find("Stalled");
  std::string verdict;
  Colour tint = Colour::Green;
  if (stalled != nullptr) {
    verdict = fmt::format("{}: {}", stalled->reason, printable(stalled->message));
    tint = Colour::Red;
  } else if (ready != nullptr && ready->status == state::ConditionStatus::True &&
             status.find("Reconciling") == nullptr) {
    // A box that nothing was done to is not news.
    if (!active_.contains(status.name)) return;
    verdict = "ready";
  } else {
    return;
  }
  active_.erase(status.name);
  if (told_[status.name] == verdict) return;
  told_[status.name] = verdict;
  say(coloured(fmt::format("{}: {}", status.name.str(), verdict), tint, style_.colour));
}

void Progress::note(const std::string& line) {
  const std::lock_guard lock(mutex_);
  say(printable(line));
}

void Progress::event(const state::Event& event) {
  if (event.type != "Warning" || event.box.empty()) return;
  const std::lock_guard lock(mutex_);
  say(coloured(fmt::format("{}: {}", event.box.str(), printable(event.message)), Colour::Yellow,
               style_.colour));
}

reconcile::Announcer Progress::announcer() {
  reconcile::Announcer announcer;
  announcer.event = [this](const state::Event& one) { event(one); };
  announcer.progress = [this](const BoxName& box, const std::string& text) { step(box, text); };
  announcer.status = [this](const state::BoxStatus& one) { status(one); };
  return announcer;
}

void Progress::say(const std::string& line) {
  if (style_.redraw) {
    redraw(line + "\n");
  } else {
    sink_(line + "\n");
  }
}

void Progress::redraw(const std::string& above) {
  if (!style_.redraw) return;
  std::string frame;
  // To the first of our lines, and clear from there on.
  if (drawn_ > 0) frame += fmt::format("\x1b[{}F\x1b[J", drawn_);
  frame += above;
  drawn_ = 0;
  for (const auto& [box, doing] : active_) {
    if (drawn_ == kLinesMax) {
      frame += fmt::format("  ... and {} more\n", active_.size() - kLinesMax);
      ++drawn_;
      break;
    }
    frame += cut(fmt::format("  {}: {}", box.str(), doing), style_.width - 1) + "\n";
    ++drawn_;
  }
  if (!frame.empty()) sink_(frame);
}

}  // namespace boxwright::cli
