#include "controller/cli/apply_lines.h"

#include <nlohmann/json.hpp>

#include "controller/cli/terminal.h"

namespace boxwright::cli {

namespace {

using nlohmann::json;

double seconds(Duration time) {
  return static_cast<double>(time.count()) / 1'000;
}

std::string line_of(const Clock& clock, const char* event, json fields) {
  fields["time"] = to_rfc3339(clock.wall_now());
  fields["event"] = event;
  return inert_json(fields.dump(-1, ' ', false, json::error_handler_t::replace)) + "\n";
}

/// `waitingForHealth` while it is busy: nothing else of a status is told.
std::string state_of(const Activity& activity) {
  return activity.verdict == Verdict::Busy ? "waitingForHealth"
                                           : std::string{to_string(activity.verdict)};
}

}  // namespace

void ApplyLines::plan(const PlanView& view) {
  const auto counts = count_actions(view);
  const std::lock_guard lock(mutex_);
  sink_(line_of(clock_, "plan",
                {{"apiVersion", "boxwright.dev/v1"},
                 {"create", counts.create},
                 {"changeLive", counts.live},
                 {"startOrStop", counts.restart},
                 {"replace", counts.replace},
                 {"remove", counts.remove},
                 {"held", counts.held}}));
}

void ApplyLines::note(const std::string& message) {
  const std::lock_guard lock(mutex_);
  sink_(line_of(clock_, "note", {{"message", message}}));
}

void ApplyLines::step(const BoxName& box, const engine::Step& step) {
  const std::lock_guard lock(mutex_);
  activities_.step(box, step);
  sink_(line_of(clock_, "step",
                {{"box", box.str()},
                 {"step", engine::step_name(step)},
                 {"phase", engine::phase(step)},
                 {"message", engine::describe(step)}}));
}

void ApplyLines::progress(const BoxName& box, const std::string& text) {
  const std::lock_guard lock(mutex_);
  if (!activities_.detail(box, text)) return;
  sink_(line_of(clock_, "progress", {{"box", box.str()}, {"message", text}}));
}

void ApplyLines::status(const state::BoxStatus& status) {
  const std::lock_guard lock(mutex_);
  if (!activities_.status(status)) return;
  const auto& activity = *activities_.find(status.name);
  sink_(line_of(clock_, "status",
                {{"box", status.name.str()},
                 {"state", state_of(activity)},
                 {"reason", activity.reason},
                 {"message", activity.message},
                 {"seconds", seconds(activity.took())}}));
}

void ApplyLines::warning(const state::Event& event) {
  if (event.type != "Warning" || event.box.empty()) return;
  const std::lock_guard lock(mutex_);
  sink_(line_of(clock_, "warning",
                {{"box", event.box.str()}, {"step", event.action}, {"message", event.message}}));
}

void ApplyLines::applied(const Applied& applied) {
  const std::lock_guard lock(mutex_);
  for (const auto& box : applied.boxes) {
    sink_(line_of(clock_, "result",
                  {{"box", box.name},
                   {"result", box.result},
                   {"asWanted", box.good},
                   {"reason", box.reason},
                   {"seconds", box.took ? json(seconds(*box.took)) : json(nullptr)},
                   {"log", box.log}}));
  }
  sink_(line_of(clock_, "summary",
                {{"asWanted", applied.good()},
                 {"notAsWanted", applied.bad()},
                 {"seconds", seconds(applied.took)},
                 {"exitCode", applied.exit_code()}}));
}

reconcile::Announcer ApplyLines::announcer() {
  reconcile::Announcer announcer;
  announcer.event = [this](const state::Event& one) { warning(one); };
  announcer.step = [this](const BoxName& box, const engine::Step& one) { step(box, one); };
  announcer.progress = [this](const BoxName& box, const std::string& text) { progress(box, text); };
  announcer.status = [this](const state::BoxStatus& one) { status(one); };
  return announcer;
}

ActivityOf ApplyLines::activities() const {
  const std::lock_guard lock(mutex_);
  return activities_.all();
}

}  // namespace boxwright::cli
