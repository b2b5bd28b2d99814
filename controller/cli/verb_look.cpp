// get, describe, events, wait: with and without a controller.

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "controller/cli/exit_codes.h"
#include "controller/cli/session.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verbs.h"
#include "specs/model/canonical.h"

namespace boxwright::cli {

namespace {

using nlohmann::json;

/// One box as it is shown: from the engine just now, or from the store with its age.
struct Shown {
  state::BoxRecord record;
  state::BoxStatus status;
  std::optional<reconcile::BoxPreview> fresh;
};

struct Looked {
  std::vector<Shown> boxes;
  std::string engine_error;
};

bool is_selected(const Options& options, const state::BoxRecord& record) {
  const auto& names = options.names;
  if (!names.empty() && std::find(names.begin(), names.end(), record.name.str()) == names.end()) {
    return false;
  }
  if (options.selector.empty()) return true;
  const auto equals = options.selector.find('=');
  const auto found = record.labels.find(options.selector.substr(0, equals));
  return found != record.labels.end() &&
         (equals == std::string::npos || found->second == options.selector.substr(equals + 1));
}

Result<Looked> look(Session& session, const Options& options, const std::stop_token& stop) {
  BW_TRY_ASSIGN(auto records, session.store().boxes());
  std::erase_if(records, [&](const auto& record) { return !is_selected(options, record); });
  BW_TRY_ASSIGN(const auto stored, session.store().statuses());
  reconcile::Orders orders;
  orders.requests = session.pending_requests();
  for (const auto& record : records) {
    if (!record.problem.empty()) orders.problems[record.name] = record.problem;
  }
  Looked looked;
  auto previews = session.preview(records, orders, stop);
  if (!previews) looked.engine_error = previews.error().message;
  for (std::size_t i = 0; i < records.size(); ++i) {
    Shown shown;
    shown.record = records[i];
    const auto found = std::find_if(stored.begin(), stored.end(), [&](const auto& status) {
      return status.name == records[i].name;
    });
    if (found != stored.end()) shown.status = *found;
    if (previews) {
      shown.fresh = (*previews)[i];
      // The controller's own health check counts for the container it was made on.
      const bool same = found != stored.end() && found->container == shown.fresh->status.container;
      const auto* ready = shown.fresh->status.find("Ready");
      const bool starting = ready != nullptr && ready->reason == "Starting";
      if (!(same && starting)) shown.status = shown.fresh->status;
      shown.status.observed_at = shown.fresh->status.observed_at;
    }
    looked.boxes.push_back(std::move(shown));
  }
  return looked;
}

std::string ready_word(const state::BoxStatus& status) {
  const auto* ready = status.find("Ready");
  return ready == nullptr ? "Unknown" : std::string{to_string(ready->status)};
}

std::string reason_word(const state::BoxStatus& status) {
  for (const char* type : {"Stalled", "CrashLooping", "DeletionBlocked", "Suspended", "Reconciling",
                           "UpdatePending", "Drifted"}) {
    if (const auto* condition = status.find(type)) return condition->reason;
  }
  const auto* ready = status.find("Ready");
  return ready == nullptr ? "NotObserved" : ready->reason;
}

const state::ObservedContainer* container_of(const Shown& shown) {
  if (!shown.fresh) return nullptr;
  for (const auto& container : shown.fresh->observed.containers) {
    if (container.id == shown.status.container) return &container;
  }
  return nullptr;
}

json shown_json(const Shown& shown) {
  json conditions = json::array();
  for (const auto& condition : shown.status.conditions) {
    conditions.push_back({{"type", condition.type},
                          {"status", to_string(condition.status)},
                          {"reason", condition.reason},
                          {"message", condition.message},
                          {"observedGeneration", condition.observed_generation},
                          {"lastTransitionTime", to_rfc3339(condition.last_transition)}});
  }
  const auto* container = container_of(shown);
  return {{"apiVersion", "boxwright.dev/v1"},
          {"kind", "Box"},
          {"metadata",
           {{"name", shown.record.name.str()},
            {"uid", shown.record.uid.str()},
            {"owner", shown.record.owner},
            {"labels", shown.record.labels},
            {"generation", shown.record.generation},
            {"source", shown.record.source.str()},
            {"origin", shown.record.origin.file}}},
          {"spec", json::parse(specs::canonical_json(shown.record.spec))},
          {"status",
           {{"conditions", conditions},
            {"container", shown.status.container.str()},
            {"containerState", shown.status.container_state},
            {"restarts", container == nullptr ? json(nullptr) : json(container->restart_count)},
            {"url", shown.status.url},
            {"observedAt", to_rfc3339(shown.status.observed_at)},
            {"fresh", shown.fresh.has_value()}}}};
}

std::vector<std::string> shown_row(const Shown& shown, WallTime now, bool wide) {
  const auto* container = container_of(shown);
  std::vector<std::string> row{
      shown.record.name.str(),
      ready_word(shown.status),
      reason_word(shown.status),
      container == nullptr ? "-" : std::to_string(container->restart_count),
      printable(shown.record.spec.image),
      to_string(shown.record.spec.resources.memory),
      container == nullptr ? "-" : age(now - container->created_at)};
  if (wide) {
    row.push_back(shown.record.source.str());
    row.push_back(shown.status.container.str().substr(0, 12));
    row.push_back(shown.status.url.empty() ? "-" : shown.status.url);
  }
  return row;
}

void print_boxes(const Options& options, const Looked& looked, WallTime now) {
  if (options.output == "json" || options.output == "yaml") {
    json items = json::array();
    for (const auto& shown : looked.boxes)
      items.push_back(shown_json(shown));
    const json root = {{"apiVersion", "boxwright.dev/v1"}, {"kind", "BoxList"}, {"items", items}};
    // JSON is YAML; a list for people is the table.
    put_out(root.dump(2, ' ', false, json::error_handler_t::replace) + "\n");
    return;
  }
  if (options.output == "name") {
    for (const auto& shown : looked.boxes)
      put_out(shown.record.name.str() + "\n");
    return;
  }
  const bool wide = options.output == "wide";
  std::vector<std::vector<std::string>> rows{
      {"NAME", "READY", "STATUS", "RESTARTS", "IMAGE", "MEMORY", "AGE"}};
  if (wide) rows.front().insert(rows.front().end(), {"SOURCE", "CONTAINER", "URL"});
  for (const auto& shown : looked.boxes)
    rows.push_back(shown_row(shown, now, wide));
  put_out(table(rows));
}

int say_engine(const Looked& looked, WallTime now) {
  if (looked.engine_error.empty()) return kOk;
  WallTime oldest = now;
  for (const auto& shown : looked.boxes)
    oldest = std::min(oldest, shown.status.observed_at);
  put_err(fmt::format(
      "boxwright: the engine is not reachable, so this is what was stored ({} ago): {}\n",
      age(now - oldest), printable(looked.engine_error)));
  return kFailure;
}

int say_unknown(const Options& options, const Looked& looked) {
  int code = kOk;
  for (const auto& name : options.names) {
    const bool known =
        std::any_of(looked.boxes.begin(), looked.boxes.end(),
                    [&](const auto& shown) { return shown.record.name.str() == name; });
    if (known) continue;
    put_err(fmt::format("boxwright: there is no box {}; `boxwright get` lists them\n",
                        printable(name)));
    code = kFailure;
  }
  return code;
}

void print_events(const std::vector<state::Event>& events, const std::string& output) {
  for (const auto& event : events) {
    if (output == "json") {
      const json line = {{"at", to_rfc3339(event.at)},
                         {"box", event.box.str()},
                         {"uid", event.uid.str()},
                         {"type", event.type},
                         {"action", event.action},
                         {"cause", event.cause},
                         {"revision", event.revision.str()},
                         {"result", event.result},
                         {"durationMs", event.duration.count()},
                         {"message", event.message}};
      put_out(line.dump(-1, ' ', false, json::error_handler_t::replace) + "\n");
      continue;
    }
    put_out(fmt::format("{}  {:<7}  {}  {}  {}  {}{}{}\n", to_rfc3339(event.at), event.type,
                        event.box.str(), event.action, event.result,
                        format_duration(event.duration),
                        event.cause.empty() ? "" : "  because " + printable(event.cause),
                        event.message.empty() ? "" : "  " + printable(event.message)));
  }
}

}  // namespace

int get(const Options& options, std::stop_token stop) {
  Session session(options);
  if (auto opened = session.open_for_reading(); !opened) return say_error(opened.error());
  const auto looked = look(session, options, stop);
  if (!looked) return say_error(looked.error());
  const auto now = session.clock().wall_now();
  print_boxes(options, *looked, now);
  const int unknown = say_unknown(options, *looked);
  const int engine = say_engine(*looked, now);
  return engine != kOk ? engine : unknown;
}

int describe(const Options& options, std::stop_token stop) {
  Session session(options);
  if (auto opened = session.open_for_reading(); !opened) return say_error(opened.error());
  const auto looked = look(session, options, stop);
  if (!looked) return say_error(looked.error());
  const auto now = session.clock().wall_now();
  for (const auto& shown : looked->boxes) {
    if (options.output == "json") {
      put_out(shown_json(shown).dump(2, ' ', false, json::error_handler_t::replace) + "\n");
      continue;
    }
    put_out(fmt::format(
        "Name:       {}\nUID:        {}\nSource:     {} ({})\nOwner:      {}\n"
        "Generation: {}\nContainer:  {} {}\nURL:        {}\nObserved:   {} ago\n",
        shown.record.name.str(), shown.record.uid.str(), shown.record.source.str(),
        printable(shown.record.origin.file), printable(shown.record.owner), shown.record.generation,
        shown.status.container_state, shown.status.container.str().substr(0, 12), shown.status.url,
        age(now - shown.status.observed_at)));
    put_out("Spec:       " + specs::canonical_json(shown.record.spec) + "\nConditions:\n");
    for (const auto& condition : shown.status.conditions) {
      put_out(fmt::format("  {}={} {}: {} (since {})\n", condition.type,
                          to_string(condition.status), condition.reason,
                          printable(condition.message), to_rfc3339(condition.last_transition)));
    }
    put_out("Events:\n");
    if (const auto events = session.store().events(shown.record.name, 0, 10)) {
      print_events(*events, "text");
    }
  }
  const int unknown = say_unknown(options, *looked);
  const int engine = say_engine(*looked, now);
  return engine != kOk ? engine : unknown;
}

int show_events(const Options& options, std::stop_token stop) {
  Session session(options);
  if (auto opened = session.open_for_reading(); !opened) return say_error(opened.error());
  const BoxName box{options.names.empty() ? std::string{} : options.names.front()};
  std::int64_t last = 0;
  constexpr int kLinesMax = 1'000;
  do {
    auto events = session.store().events(box, last, kLinesMax);
    if (!events) return say_error(events.error());
    if (!events->empty()) last = events->back().seq;
    const auto from = session.clock().wall_now() - options.since;
    if (options.since > Duration{0}) {
      std::erase_if(*events, [from](const auto& event) { return event.at < from; });
    }
    print_events(*events, options.output);
  } while (options.follow && !wait_a_little(stop, Duration{500}));
  return kOk;
}

int wait_for_boxes(const Options& options, std::stop_token stop) {
  Session session(options);
  if (auto opened = session.open_for_reading(); !opened) return say_error(opened.error());
  const auto limit = options.timeout > Duration{0} ? options.timeout : Duration{30'000};
  const auto began = session.clock().mono_now();
  std::string missing;
  while (true) {
    const auto looked = look(session, options, stop);
    if (!looked) return say_error(looked.error());
    missing.clear();
    for (const auto& name : options.names) {
      const auto found =
          std::find_if(looked->boxes.begin(), looked->boxes.end(),
                       [&name](const auto& shown) { return shown.record.name.str() == name; });
      const bool there = found != looked->boxes.end();
      const bool met =
          options.wait_for == "Deleted"
              ? !there
              : there && ready_word(found->status) == "True" &&
                    found->status.find("Ready")->observed_generation == found->record.generation;
      if (!met) missing += (missing.empty() ? "" : ", ") + name;
    }
    if (missing.empty()) return kOk;
    if (session.clock().mono_now() - began > limit) break;
    if (wait_a_little(stop, Duration{250})) return kInterrupted;
  }
  put_err(fmt::format("boxwright: not {} within {}: {}\n", options.wait_for, format_duration(limit),
                      printable(missing)));
  return kTimeout;
}

}  // namespace boxwright::cli
