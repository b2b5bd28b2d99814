// What a person asked for one box: taken up, and told as done once it is so.

#include <fmt/core.h>

#include <algorithm>

#include "controller/reconcile/pass.h"
#include "controller/reconcile/plan_input.h"
#include "state/ownership.h"

namespace boxwright::reconcile {

namespace {

constexpr std::string_view kEmpty = "empty:";
constexpr std::string_view kDrop = "drop:";

bool is_volume_lost(const plan::PlanInput& input, const std::string& key) {
  const auto volumes = plan::view_volumes(input);
  return std::any_of(volumes.begin(), volumes.end(), [&key](const auto& volume) {
    return volume.key == key && volume.state == plan::VolumeState::Lost;
  });
}

bool is_still_mounted(const plan::PlanInput& input, const plan::BoxView& view,
                      const std::string& key) {
  if (input.record->spec.volumes.contains(key)) return false;
  const auto name = state::volume_name(input.record->name, key);
  const auto& containers = input.observed->containers;
  return std::any_of(containers.begin(), containers.end(), [&](const auto& container) {
    const auto& mounts = container.config.mounts;
    return plan::is_startable(view, container) &&
           std::any_of(mounts.begin(), mounts.end(),
                       [&name](const auto& mount) { return mount.volume == name; });
  });
}

/// The sentence that ends the request; nullopt: it is not carried out yet.
std::optional<std::string> outcome_of(const plan::PlanInput& input, const plan::BoxView& view,
                                      const state::Request& request) {
  const auto& box = input.record->name.str();
  if (request.verb == state::Request::Verb::Rollout) {
    if (view.outdated != nullptr || view.drifted_unknown != nullptr) return std::nullopt;
    return fmt::format("box {} is as wanted", box);
  }
  if (request.verb == state::Request::Verb::Restart) {
    if (input.record->spec.power == specs::Power::Stopped) {
      return fmt::format("box {} is stopped, as its spec says: nothing was restarted", box);
    }
    const auto& containers = input.observed->containers;
    const bool runs_anew =
        std::any_of(containers.begin(), containers.end(), [&](const auto& container) {
          return plan::is_startable(view, container) && container.is_alive() &&
                 plan::has_started_since(input, container, request.at);
        });
    if (!runs_anew) return std::nullopt;
    return fmt::format("box {} was restarted", box);
  }
  const std::string_view argument = request.argument;
  // What a person lets go of a container stands in the way of what is done now, and only of that.
  bool waits = false;
  if (argument.starts_with(kEmpty)) {
    waits = is_volume_lost(input, request.argument.substr(kEmpty.size()));
  } else if (argument.starts_with(kDrop)) {
    waits = is_still_mounted(input, view, request.argument.substr(kDrop.size()));
  } else if (argument == "drift") {
    waits = view.outdated != nullptr || view.drifted_unknown != nullptr;
  }
  if (waits) return std::nullopt;
  return fmt::format("accepted for box {}", box);
}

/// What a rollout came to that will not be carried out; nullopt: it still may.
std::optional<std::string> refusal_of(const plan::PlanInput& input, const state::Request& request) {
  const auto& box = input.record->name.str();
  if (request.verb != state::Request::Verb::Rollout || request.argument.empty()) {
    return std::nullopt;
  }
  if (!plan::is_wanted(input, request.argument, plan::Unknown::Fits)) {
    return fmt::format(
        "what is wanted of box {0} has changed since; look at `boxwright plan`, and "
        "say `boxwright rollout {0}` again",
        box);
  }
  if (plan::is_rejected(input)) return input.record->verdict->message;
  return std::nullopt;
}

}  // namespace

/// No later than when it was first seen, by the wall clock as it is now.
state::Request Reconciler::at_its_time(Pass& pass, state::Request request) {
  const auto [seen, is_new] = pass.memory->requests_seen.try_emplace(request.id, pass.now);
  const auto known_for = std::chrono::duration_cast<Duration>(pass.now - seen->second);
  request.at = std::min(request.at, pass.input.now - known_for);
  return request;
}

void Reconciler::read_requests(Pass& pass) {
  auto& input = pass.input;
  std::erase_if(pass.memory->requests_seen, [&pass](const auto& seen) {
    const auto& requests = pass.orders->requests;
    return std::none_of(requests.begin(), requests.end(),
                        [&seen](const auto& request) { return request.id == seen.first; });
  });
  for (const auto& given : pass.orders->requests) {
    if (!is_about(given, pass.name)) continue;
    const auto request = at_its_time(pass, given);
    if (!take_request(request, input)) continue;
    pass.requests.push_back(request);
    if (request.verb == state::Request::Verb::Rollout) bind_rollout(pass, request);
    if (request.verb != state::Request::Verb::Restart) continue;
    input.started_anew.clear();
    for (const auto& [id, run] : pass.memory->runs) {
      if (run.since > pass.memory->requests_seen.at(request.id)) input.started_anew.insert(id);
    }
  }
}

/// It is for what is wanted now, or was when it was first seen: a later change is not agreed to. It
/// is obeyed once that is on record. A look of the relist does not know the image.
void Reconciler::bind_rollout(const Pass& pass, const state::Request& request) {
  if (!request.argument.empty() || !pass.is_fresh) return;
  parts_.announcer.bound(request.id, plan::wanted_key(pass.input));
}

void Reconciler::finish_requests(Pass& pass) {
  if (pass.requests.empty()) return;
  const auto view = plan::view_containers(pass.input);
  for (const auto& request : pass.requests) {
    if (const auto refusal = refusal_of(pass.input, request)) {
      parts_.announcer.refused(request.id, *refusal);
      continue;
    }
    const auto outcome = outcome_of(pass.input, view, request);
    if (outcome) parts_.announcer.finished(request.id, *outcome);
  }
}

/// A volume that a person let go is expected no longer; it is kept all the same.
Status Reconciler::record_drops(Pass& pass) {
  const auto& expected = pass.record.expected_volumes;
  for (const auto& argument : pass.input.accepted) {
    if (!argument.starts_with(kDrop)) continue;
    const auto key = argument.substr(kDrop.size());
    const bool on_record = std::find(expected.begin(), expected.end(), key) != expected.end();
    if (on_record && !pass.record.spec.volumes.contains(key)) {
      BW_TRY(parts_.store.drop_expected_volume(pass.name, key));
    }
  }
  return {};
}

}  // namespace boxwright::reconcile
