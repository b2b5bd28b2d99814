#include "controller/cli/why.h"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "controller/cli/terminal.h"
#include "specs/base/units.h"

namespace boxwright::cli {

namespace {

using nlohmann::json;

constexpr std::size_t kEarlierMax = 3;
constexpr std::string_view kDrift = "drift: ";
constexpr std::string_view kRestartAsked = "a restart was asked for";
constexpr std::string_view kNoContainer = "the box has no container";
/// The engine's clock and ours tell the end of a start call apart by this much at most.
constexpr Duration kClockSlack{2'000};

/// `3.1 s`, `450 ms`, `2 min 5 s`: as a person says it.
std::string length_text(Duration time) {
  const auto ms = std::max<std::int64_t>(0, time.count());
  if (ms < 1'000) return fmt::format("{} ms", ms);
  if (ms < 60'000) return fmt::format("{:.1f} s", static_cast<double>(ms) / 1'000.0);
  return fmt::format("{} min {} s", ms / 60'000, ms / 1'000 % 60);
}

std::string moment_text(WallTime at, WallTime now) {
  // Whole seconds: nobody asks for the milliseconds of a restart.
  const auto text = to_rfc3339(at);
  return fmt::format("{} ago ({}Z)", age(now - at), text.substr(0, text.find('.')));
}

std::string by_text(const std::string& by) {
  return by.empty() ? std::string{"somebody"} : by;
}

/// Who asked for a restart: the last order before it was carried out.
const state::Request* order_of(const WhyInput& input, state::Request::Verb verb, WallTime before) {
  const state::Request* last = nullptr;
  for (const auto& request : input.requests) {
    const bool mine = request.subject == input.name || request.subject == "*";
    if (mine && request.verb == verb && request.at <= before) last = &request;
  }
  return last;
}

const state::Event* declared_before(const WhyInput& input, const Occurrence& one) {
  const state::Event* last = nullptr;
  for (const auto& event : input.events) {
    if (event.action == "BoxDeclared" && event.at <= one.to) last = &event;
    // Made before: then its container was gone, whatever was declared when.
    if (event.action == "CreateContainer" && event.result == "ok" && event.at < one.from) {
      last = nullptr;
    }
  }
  return last;
}

/// The field that a cause names first: `spec.image` of `spec.image a -> b (ada.yaml:4)`.
/// With the space, so that no longer field is taken for it.
std::string_view field_of(std::string_view cause) {
  return cause.substr(0, cause.find(' ') + 1);
}

bool is_field_change(const Occurrence& one) {
  return one.cause.find(" -> ") != std::string::npos && !one.cause.starts_with(kDrift);
}

/// By a declaration, or by a person's order to go back or to end that.
bool is_spec_change(const state::Event& event) {
  return event.action == "SpecChanged" || event.action == "RolledBackByHand" ||
         event.action == "RollbackUndone";
}

/// The change of the spec that one thing was done for.
const state::Event* spec_change_before(const WhyInput& input, const Occurrence& one) {
  const state::Event* last = nullptr;
  for (const auto& event : input.events) {
    if (!is_spec_change(event) || event.at > one.to) continue;
    if (event.cause.find(field_of(one.cause)) != std::string::npos) last = &event;
  }
  return last;
}

/// Whose hand is behind it; empty: that is not on record.
std::string author_of(const WhyInput& input, const Occurrence& one) {
  if (one.cause == kRestartAsked) {
    const auto* order = order_of(input, state::Request::Verb::Restart, one.to);
    return order == nullptr ? std::string{} : order->by;
  }
  const auto* asked = one.cause == kNoContainer ? declared_before(input, one)
                      : is_field_change(one)    ? spec_change_before(input, one)
                                                : nullptr;
  return asked == nullptr ? std::string{} : asked->by;
}

/// After "because".
std::string cause_text(const WhyInput& input, const Occurrence& one) {
  if (one.cause == kRestartAsked) {
    const auto* order = order_of(input, state::Request::Verb::Restart, one.to);
    return order == nullptr ? one.cause : fmt::format("{} asked for a restart", by_text(order->by));
  }
  if (one.cause == kNoContainer) {
    const auto* declared = declared_before(input, one);
    return declared == nullptr ? "its container was gone" : "it was " + declared->cause;
  }
  if (one.cause.starts_with(kDrift)) {
    const auto drift = one.cause.substr(kDrift.size());
    return (drift.find(" -> ") == std::string::npos ? "" : "the engine was changed by hand: ") +
           drift;
  }
  if (one.cause.find(" -> ") != std::string::npos) return "of " + one.cause;
  return one.cause;
}

/// `, by grace (whose file it is)`: what a source tells is whose the file or the row is.
std::string author_text(const WhyInput& input, const Occurrence& one) {
  if (one.cause == kRestartAsked) return {};  // Named as the cause.
  const auto author = author_of(input, one);
  if (author.empty()) return {};
  if (is_field_change(one) && spec_change_before(input, one)->action != "SpecChanged") {
    return fmt::format(", by {} (who ordered that)", author);
  }
  const bool is_row = cause_text(input, one).find("desired_boxes/") != std::string::npos;
  return fmt::format(", by {} (whose {} it is)", author, is_row ? "row" : "file");
}

std::string revision_text(const Occurrence& one) {
  constexpr std::size_t kShort = 12;
  if (one.revision.empty() || !is_field_change(one)) return {};
  return fmt::format(", revision {}", one.revision.str().substr(0, kShort));
}

std::string failures_text(const Occurrence& one) {
  if (one.failures == 0) return {};
  return fmt::format("; {} failed on the way, the last with {}",
                     count_of(static_cast<std::size_t>(one.failures), "call", "calls"),
                     one.last_failure);
}

std::string occurrence_text(const WhyInput& input, const Occurrence& one) {
  if (!one.done) {
    return fmt::format("is to be changed because {}; {}, first {}, last with {}",
                       cause_text(input, one) + author_text(input, one),
                       one.failures == 1 ? "one call has failed"
                                         : fmt::format("{} calls have failed", one.failures),
                       moment_text(one.from, input.now), one.last_failure);
  }
  auto text = fmt::format("was {} {} because {}{}{}", one.what, moment_text(one.from, input.now),
                          cause_text(input, one), author_text(input, one), revision_text(one));
  text += "; it took " + length_text(one.to - one.from);
  if (one.down)
    text += fmt::format(", {} of it without a running container", length_text(*one.down));
  return text + failures_text(one);
}

/// A start that is not ours.
std::string foreign_start_text(const WhyInput& input) {
  const auto* container = input.box->container();
  if (container == nullptr || !container->started_at) return {};
  WallTime ours{};
  for (const auto& event : input.events) {
    const bool starts = event.action == "StartContainer" || event.action == "UnpauseContainer";
    if (starts && event.result == "ok") ours = event.at;
  }
  if (ours == WallTime{} || *container->started_at <= ours + kClockSlack) return {};
  const auto when = moment_text(*container->started_at, input.now);
  if (container->restart_count == 0) {
    return fmt::format(
        " Its container was started {} by another hand than Boxwright's, or with the engine.",
        when);
  }
  return fmt::format(" The engine has restarted its container {}, last {}.",
                     container->restart_count == 1
                         ? std::string{"once"}
                         : fmt::format("{} times", container->restart_count),
                     when);
}

std::string end_text(const WhyInput& input) {
  const auto* container = input.box->container();
  if (container == nullptr || !container->finished_at) return {};
  const bool told = container->restart_count > 0 || !container->is_alive();
  if (!told || *container->finished_at <= WallTime{}) return {};
  return fmt::format(" Its last run ended {} with exit code {}{}{}.",
                     moment_text(*container->finished_at, input.now), container->exit_code,
                     container->oom_killed ? ", killed for want of memory" : "",
                     container->engine_error.empty() ? "" : ": " + container->engine_error);
}

std::string sentence(const std::string& text) {
  return text.empty() || text.ends_with('.') ? text : text + ".";
}

/// `told`: what was just given as the cause, and is not said twice.
std::string conditions_text(const WhyInput& input, const std::string& told) {
  const auto& status = input.box->status;
  std::string text;
  const auto* ready = status.find("Ready");
  if (ready == nullptr) {
    text = " It was not looked at yet.";
  } else if (ready->status == state::ConditionStatus::True) {
    text = " It is ready.";
  } else {
    text = fmt::format(" It is not ready ({}): {}", ready->reason, sentence(ready->message));
  }
  for (const char* type : {"Stalled", "CrashLooping", "DeletionBlocked", "Suspended", "Reconciling",
                           "UpdatePending", "Drifted"}) {
    const auto* condition = status.find(type);
    if (condition == nullptr || condition->status != state::ConditionStatus::True) continue;
    // What Ready already says in the same words.
    if (ready != nullptr && condition->message == ready->message) continue;
    text += fmt::format(" {} ({}) for {}", type, condition->reason,
                        age(input.now - condition->last_transition));
    text += condition->message == told ? "." : ": " + sentence(condition->message);
    if (condition->type != "Suspended") continue;
    if (const auto* order = order_of(input, state::Request::Verb::Suspend, input.now)) {
      text += fmt::format(" {} asked for that {}.", by_text(order->by),
                          moment_text(order->at, input.now));
    }
  }
  return text;
}

std::string earlier_text(const WhyInput& input, const std::vector<Occurrence>& all) {
  std::string text;
  for (std::size_t i = 1; i < all.size() && i <= kEarlierMax; ++i) {
    text +=
        fmt::format("{}{}", i == 1 ? " Before that, it " : "; it ", occurrence_text(input, all[i]));
  }
  return sentence(text);
}

/// Of a name that has no box: what became of it.
std::string gone_text(const WhyInput& input) {
  if (input.shown_name != nullptr) {
    return fmt::format("{}: {}: {}", input.name, input.shown_name->reason,
                       sentence(input.shown_name->message));
  }
  if (input.events.empty()) return {};
  for (auto event = input.events.rbegin(); event != input.events.rend(); ++event) {
    if (event->action != "BoxRemoved") continue;
    return fmt::format("{} is no more: {} because it was {}{}; {}", input.name,
                       moment_text(event->at, input.now), event->cause,
                       event->by.empty() ? "" : ", by " + event->by, sentence(event->message));
  }
  return fmt::format("{} is no more; `boxwright events {}` has what is on record.", input.name,
                     input.name);
}

json occurrence_json(const WhyInput& input, const Occurrence& one) {
  json steps = json::array();
  for (const auto& step : one.steps) {
    steps.push_back({{"at", to_rfc3339(step.at)},
                     {"action", step.action},
                     {"result", step.result},
                     {"durationMs", step.duration.count()},
                     {"message", step.message}});
  }
  return {{"what", one.what},
          {"from", to_rfc3339(one.from)},
          {"to", to_rfc3339(one.to)},
          {"durationMs", (one.to - one.from).count()},
          {"downMs", one.down ? json(one.down->count()) : json(nullptr)},
          {"cause", one.cause},
          {"because", cause_text(input, one)},
          {"by", author_of(input, one)},
          {"revision", one.revision.str()},
          {"rolledBack", one.rolled_back},
          {"failures", one.failures},
          {"steps", std::move(steps)}};
}

/// What the container that was just given up said last: lines of their own.
std::string log_text(const WhyInput& input, const std::vector<Occurrence>& all) {
  if (all.empty() || !all.front().rolled_back) return {};
  for (auto event = input.events.rbegin(); event != input.events.rend(); ++event) {
    if (event->action != "RolledBack") continue;
    const auto end = event->message.find('\n');
    return end == std::string::npos ? std::string{} : event->message.substr(end);
  }
  return {};
}

}  // namespace

std::string why_text(const WhyInput& input) {
  if (input.box == nullptr) return gone_text(input);
  const auto all = occurrences(input.events);
  auto text = input.name + " ";
  text += all.empty() ? "was not touched since the beginning of the record"
                      : occurrence_text(input, all.front());
  text = sentence(text);
  text += foreign_start_text(input);
  text += end_text(input);
  text += conditions_text(input, all.empty() ? std::string{} : all.front().cause);
  text += earlier_text(input, all);
  return text + log_text(input, all);
}

std::string why_json(const WhyInput& input) {
  json list = json::array();
  for (const auto& one : occurrences(input.events))
    list.push_back(occurrence_json(input, one));
  json conditions = json::array();
  if (input.box != nullptr) {
    conditions = json::parse(box_json(*input.box)).at("status").at("conditions");
  }
  const json root = {{"apiVersion", "boxwright.dev/v1"},   {"kind", "Why"},
                     {"metadata", {{"name", input.name}}}, {"text", why_text(input)},
                     {"occurrences", std::move(list)},     {"conditions", std::move(conditions)}};
  return inert_json(root.dump(2, ' ', false, json::error_handler_t::replace)) + "\n";
}

}  // namespace boxwright::cli
