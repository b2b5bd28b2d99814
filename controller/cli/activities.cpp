#include "controller/cli/activities.h"

#include <fmt/core.h>

#include "controller/cli/terminal.h"

namespace boxwright::cli {

namespace {

constexpr const char* kWaiting = "waiting for health";
/// A phase that is over sooner shows no time.
constexpr Duration kShowTime{1'000};

/// `pulling 40 %` beside the phase `pulling` is said once.
std::string without_phase(const std::string& text, const std::string& phase) {
  const bool repeats = text.starts_with(phase + " ");
  return repeats ? text.substr(phase.size() + 1) : text;
}

/// nullopt: it is still under way.
std::optional<Verdict> verdict_of(const state::BoxStatus& status) {
  if (status.find("Stalled") != nullptr) return Verdict::Failed;
  const auto* ready = status.find("Ready");
  if (ready == nullptr || status.find("Reconciling") != nullptr) return std::nullopt;
  if (ready->status == state::ConditionStatus::True) return Verdict::Ready;
  if (ready->reason == "Stopped") return Verdict::Stopped;
  return std::nullopt;
}

bool waits_for_health(const state::BoxStatus& status) {
  const auto* busy = status.find("Reconciling");
  return busy != nullptr && busy->reason == "AwaitingHealth";
}

}  // namespace

bool Activities::enter(const BoxName& box, std::string phase) {
  const auto now = clock_.mono_now();
  const auto [found, is_new] = all_.try_emplace(box);
  auto& activity = found->second;
  if (is_new) activity.began = now;
  activity.last = now;
  if (!is_new && activity.phase == phase && activity.verdict == Verdict::Busy) return false;
  activity.phase = std::move(phase);
  activity.detail.clear();
  activity.phase_since = now;
  activity.verdict = Verdict::Busy;
  return true;
}

bool Activities::step(const BoxName& box, const engine::Step& step) {
  return enter(box, std::string{engine::phase(step)});
}

bool Activities::detail(const BoxName& box, const std::string& text) {
  const auto found = all_.find(box);
  if (found == all_.end()) return enter(box, text);
  auto said = without_phase(text, found->second.phase);
  found->second.last = clock_.mono_now();
  if (found->second.detail == said) return false;
  found->second.detail = std::move(said);
  return true;
}

bool Activities::status(const state::BoxStatus& status) {
  const auto verdict = verdict_of(status);
  const auto found = all_.find(status.name);
  if (!verdict) return waits_for_health(status) && enter(status.name, kWaiting);
  if (found == all_.end() && *verdict != Verdict::Failed) return false;
  if (found == all_.end()) enter(status.name, "looking");
  auto& activity = all_[status.name];
  const auto* told = status.find(*verdict == Verdict::Failed ? "Stalled" : "Ready");
  const bool is_news = activity.verdict != *verdict || activity.message != told->message;
  if (activity.verdict == Verdict::Busy) activity.last = clock_.mono_now();
  activity.verdict = *verdict;
  activity.reason = told->reason;
  activity.message = told->message;
  return is_news;
}

const Activity* Activities::find(const BoxName& box) const {
  const auto found = all_.find(box);
  return found == all_.end() ? nullptr : &found->second;
}

std::string took_text(Duration took) {
  const auto tenths = (took.count() + 50) / 100;
  if (tenths < 1'200) return fmt::format("{}.{}s", tenths / 10, tenths % 10);
  return fmt::format("{}m{:02}s", tenths / 600, tenths / 10 % 60);
}

std::string activity_text(const Activity& activity, MonoTime now) {
  switch (activity.verdict) {
    case Verdict::Ready: return "ready after " + took_text(activity.took());
    case Verdict::Stopped: return "stopped after " + took_text(activity.took());
    case Verdict::Failed:
      return fmt::format("{}: {}", printable(activity.reason), printable(activity.message));
    case Verdict::Busy: break;
  }
  auto text = printable(activity.phase);
  if (!activity.detail.empty()) return text + " " + printable(activity.detail);
  const auto since = std::chrono::duration_cast<Duration>(now - activity.phase_since);
  if (since >= kShowTime) text += " " + age(since);
  return text;
}

std::string_view to_string(Verdict value) {
  switch (value) {
    case Verdict::Busy: return "busy";
    case Verdict::Ready: return "ready";
    case Verdict::Stopped: return "stopped";
    case Verdict::Failed: return "failed";
  }
  return "busy";
}

}  // namespace boxwright::cli
