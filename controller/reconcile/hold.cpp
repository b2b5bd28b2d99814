#include "controller/reconcile/hold.h"

#include <fmt/core.h>

#include <algorithm>

#include "controller/engine/hold/hold_image.h"
#include "state/ownership.h"

namespace boxwright::reconcile {

namespace {

/// Boxes are mostly made several at a time: what changes together is held with one remake.
constexpr Duration kQuiet{1'000};
constexpr Duration kQuietAtMost{10'000};
/// A box waits for a hold for so long and then goes on without.
constexpr Duration kPatience{30'000};
/// After so many failures in a row no box waits any more.
constexpr int kFailuresMax = 3;
constexpr Duration kEventsTrail{2'000};

std::map<std::string, std::string> role_labels(const Installation& installation, const char* role) {
  state::OwnerLabels owner;
  owner.installation = installation;
  owner.role = role;
  return state::write_owner(owner);
}

bool includes(const std::set<VolumeName>& all, const std::set<VolumeName>& some) {
  return std::includes(all.begin(), all.end(), some.begin(), some.end());
}

bool overlaps(const std::set<VolumeName>& a, const std::set<VolumeName>& b) {
  return std::any_of(a.begin(), a.end(), [&b](const auto& name) { return b.contains(name); });
}

}  // namespace

Hold::Hold(Parts parts) : parts_(std::move(parts)) {
}

void Hold::wake() const {
  if (parts_.wake) parts_.wake();
}

plan::HoldInput Hold::input_of(const state::ObservedHolds& holds,
                               const std::vector<state::ObservedVolume>& volumes) const {
  plan::HoldInput input;
  input.installation = parts_.installation;
  input.holds = &holds;
  input.volumes = &volumes;
  for (const auto& [box, standing] : standing_) {
    input.let_go.insert(standing.demand.let_go.begin(), standing.demand.let_go.end());
  }
  return input;
}

void Hold::look_at(const state::ObservedFleet& fleet, MonoTime taken) {
  {
    const std::lock_guard lock(mutex_);
    if (taken <= looked_at_) return;
    note_holds(fleet.holds);
    if (!plan::plan_hold(input_of(fleet.holds, fleet.volumes))) {
      // What was hinted at since the relist began is not in it.
      if (!more_ && dirty_last_ < taken) dirty_since_.reset();
    } else if (!dirty_since_) {
      dirty_since_ = dirty_last_ = parts_.clock.mono_now();
    }
  }
  // Also for those who were told no, and whose volumes are held by now.
  wake();
}

/// With mutex_ held.
void Hold::note_change() {
  ++hints_;
  dirty_last_ = parts_.clock.mono_now();
  if (!dirty_since_) dirty_since_ = dirty_last_;
}

void Hold::hint() {
  {
    const std::lock_guard lock(mutex_);
    note_change();
  }
  wake();
}

void Hold::set_suspended(bool suspended) {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(suspended_, suspended) == suspended) return;
  }
  wake();
}

void Hold::hurry() {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(hurried_, true)) return;
  }
  wake();
}

bool Hold::is_served(const Standing& standing) const {
  return standing.answered ||
         (includes(held_, standing.demand.keep) && !overlaps(mounted_, standing.demand.let_go));
}

bool Hold::is_failing() const {
  return backoff_.failures() >= kFailuresMax;
}

void Hold::take_back(const BoxName& box) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.erase(box);
    const auto found = standing_.find(box);
    if (found == standing_.end()) return;
    const bool had_let_go = !found->second.demand.let_go.empty();
    standing_.erase(found);
    if (!had_let_go) return;
    // What was to be removed may be there still, and is to be held again.
    note_change();
  }
  wake();
}

bool Hold::ask(const BoxName& box, const HoldDemand& demand) {
  if (demand.empty()) {
    take_back(box);
    return true;
  }
  {
    const std::lock_guard lock(mutex_);
    const auto now = parts_.clock.mono_now();
    auto& standing = standing_[box];
    if (standing.demand != demand) standing = {demand, now, false};
    if (is_served(standing) || is_failing() || now - standing.since > kPatience) {
      waiting_.erase(box);
      return true;
    }
    waiting_.insert(box);
  }
  wake();
  return false;
}

std::vector<BoxName> Hold::take_served() {
  const std::lock_guard lock(mutex_);
  std::vector<BoxName> served;
  for (const auto& box : waiting_) {
    const auto found = standing_.find(box);
    if (found == standing_.end() || is_served(found->second) || is_failing()) served.push_back(box);
  }
  for (const auto& box : served)
    waiting_.erase(box);
  return served;
}

bool Hold::has_waiting() const {
  return std::any_of(waiting_.begin(), waiting_.end(), [this](const auto& box) {
    const auto found = standing_.find(box);
    return found != standing_.end() && !is_served(found->second);
  });
}

std::optional<MonoTime> Hold::due() const {
  const std::lock_guard lock(mutex_);
  const auto now = parts_.clock.mono_now();
  const auto earliest = now + backoff_.remaining(now);
  const bool asked = has_waiting();
  if (asked) return earliest;
  if (suspended_) return std::nullopt;
  if (more_) return earliest;
  if (!dirty_since_) return std::nullopt;
  if (hurried_) return earliest;
  return std::max(earliest, std::min(dirty_last_ + kQuiet, *dirty_since_ + kQuietAtMost));
}

bool Hold::is_settled() const {
  const std::lock_guard lock(mutex_);
  if (is_failing()) return true;
  return !has_waiting() && (suspended_ || (!more_ && !dirty_since_));
}

std::string Hold::trouble() const {
  const std::lock_guard lock(mutex_);
  return trouble_;
}

bool Hold::was_just_made() const {
  const std::lock_guard lock(mutex_);
  return made_at_ && parts_.clock.mono_now() - *made_at_ < kEventsTrail;
}

void Hold::note_holds(const state::ObservedHolds& holds) {
  held_ = plan::held_volumes(holds);
  mounted_ = plan::mounted_volumes(holds);
}

void Hold::note_failure(const Error& error) {
  if (error.code == ErrorCode::Cancelled) return;
  const std::lock_guard lock(mutex_);
  more_ = true;
  static_cast<void>(backoff_.fail(parts_.clock.mono_now(), parts_.random));
  if (!is_failing()) return;
  trouble_ = fmt::format(
      "the volumes of stopped and removed boxes cannot be held, so that `docker volume prune` "
      "would "
      "take them: {}",
      error.message);
}

engine::Step Hold::step_for(const plan::HoldAction& action, bool image_there) {
  using Kind = plan::HoldAction::Kind;
  switch (action.kind) {
    case Kind::Create: break;
    case Kind::Start: return {engine::StartContainer{action.id}, action.cause};
    case Kind::Remove: return {engine::RemoveContainer{action.id, true}, action.cause};
    case Kind::Rename: return {engine::RenameContainer{action.id, action.name}, action.cause};
    case Kind::RemoveStray: return {engine::RemoveVolume{action.volume}, action.cause};
  }
  if (!image_there) {
    engine::ImportImage import;
    import.reference = engine::hold_image();
    // Not of one installation: all on this engine use the same.
    import.labels = {{state::kLabelRole, state::kRoleHold}};
    import.archive = engine::hold_archive();
    return {std::move(import), action.cause};
  }
  engine::CreateHold create;
  create.name = action.name;
  create.image = engine::hold_image();
  create.labels = role_labels(parts_.installation, state::kRoleHold);
  create.labels[state::kLabelAttempt] = random_hex(parts_.random);
  create.volumes = action.volumes;
  create.stray = role_labels(parts_.installation, state::kRoleStray);
  return {std::move(create), action.cause};
}

void Hold::advance(const std::stop_token& stop) {
  std::uint64_t hints = 0;
  MonoTime began;
  {
    const std::lock_guard lock(mutex_);
    hints = hints_;
    began = parts_.clock.mono_now();
  }
  const auto view = parts_.engine.observe_holds({parts_.installation, engine::hold_image()}, stop);
  if (!view) return note_failure(view.error());
  std::optional<plan::HoldAction> action;
  {
    const std::lock_guard lock(mutex_);
    looked_at_ = began;
    note_holds(view->holds);
    action = plan::plan_hold(input_of(view->holds, view->volumes));
    more_ = action.has_value();
    if (!action) {
      if (hints_ == hints) dirty_since_.reset();
      hurried_ = hurried_ && hints_ != hints;
      backoff_.clear();
      trouble_.clear();
      // What is still asked for is not there, or is in use by others: no look of ours will help.
      for (auto& [box, standing] : standing_)
        standing.answered = standing.answered || standing.since <= began;
    }
  }
  if (!action) return done_.clear();
  const auto step = step_for(*action, view->image_there);
  if (was_done(*action, view->image_there)) {
    // Tried once more after a while: forgotten until then.
    done_.clear();
    const auto useless =
        fail(ErrorCode::Refused, RetryClass::Transient,
             "the engine says yes to `{}`, and nothing comes of it", engine::describe(step));
    return note_failure(useless.value());
  }
  if (perform(step, stop)) done_.emplace_back(*action, view->image_there);
}

/// All names and IDs being equal, it had no effect then.
bool Hold::was_done(const plan::HoldAction& action, bool image_there) const {
  return std::find(done_.begin(), done_.end(), std::pair{action, image_there}) != done_.end();
}

bool Hold::perform(const engine::Step& step, const std::stop_token& stop) {
  const bool makes = std::holds_alternative<engine::CreateHold>(step.kind);
  const auto began = parts_.clock.mono_now();
  if (makes) {
    const std::lock_guard lock(mutex_);
    made_at_ = began;
  }
  const auto reply = parts_.engine.perform(step, {}, stop);
  const auto took = std::chrono::duration_cast<Duration>(parts_.clock.mono_now() - began);
  if (makes) {
    const std::lock_guard lock(mutex_);
    made_at_ = parts_.clock.mono_now();
  }
  if (!reply) {
    tell(step, std::string{to_string(reply.error().code)}, reply.error().message, took);
    note_failure(reply.error());
    return false;
  }
  std::string warnings;
  for (const auto& warning : reply->warnings)
    warnings += (warnings.empty() ? "" : "; ") + warning;
  tell(step, "ok", warnings, took);
  return true;
}

void Hold::tell(const engine::Step& step, const std::string& result, const std::string& message,
                Duration took) {
  state::Event event;
  event.at = parts_.clock.wall_now();
  event.type = result == "ok" ? "Normal" : "Warning";
  event.action = std::string{engine::step_name(step)};
  event.cause = step.cause;
  event.result = result;
  event.duration = took;
  event.message = message;
  (void)parts_.store.append_event(event);
  if (parts_.event) parts_.event(event);
}

}  // namespace boxwright::reconcile
