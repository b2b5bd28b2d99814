#include "controller/cli/look.h"

#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <set>
#include <tuple>

#include "controller/cli/exit_codes.h"
#include "controller/cli/selector.h"
#include "controller/cli/suggestion.h"
#include "controller/cli/terminal.h"
#include "state/ownership.h"

namespace boxwright::cli {

namespace {

using state::ConditionStatus;

bool is_named(const Options& options, const std::string& name) {
  const auto& names = options.names;
  return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
}

template <class Statuses>
const typename Statuses::value_type* status_of(const Statuses& statuses, const BoxName& name) {
  const auto found = std::find_if(statuses.begin(), statuses.end(),
                                  [&name](const auto& status) { return status.name == name; });
  return found == statuses.end() ? nullptr : &*found;
}

/// Ours by installation, but of no box that is known.
void add_orphans(Session& session, const Options& options, const std::set<BoxUid>& known,
                 const std::stop_token& stop, Looked& looked) {
  const auto fleet = session.engine().observe_fleet(session.installation(), stop);
  if (!fleet) return;
  for (const auto& container : fleet->containers) {
    const auto& name = container.owner.box.str();
    // What only lends its mounts is no box.
    if (container.owner.role != state::kRoleBox) continue;
    if (known.contains(container.owner.uid) || !is_named(options, name)) continue;
    looked.names.push_back(
        {name, "Orphaned",
         fmt::format("container {} is ours, but no source has box {}; it is left alone until one "
                     "declares it, or `boxwright delete {}`",
                     container.name, name, name),
         container.config.image});
  }
}

/// Declarations of which no box came, as whoever holds the lock has told.
void add_refused(Session& session, const Options& options, const std::set<BoxName>& known,
                 Looked& looked) {
  const auto statuses = session.desired().statuses();
  if (!statuses) return;
  for (const auto& status : *statuses) {
    if (known.contains(status.name) || !is_named(options, status.name.str())) continue;
    if (status.uid.empty()) {
      looked.names.push_back({status.name.str(), status.reason, status.message, ""});
    }
  }
}

void add_names(Session& session, const Options& options,
               const std::vector<state::BoxRecord>& records, const std::stop_token& stop,
               Looked& looked) {
  if (!options.selector.empty() || !options.source_name.empty()) return;
  std::set<BoxUid> uids;
  std::set<BoxName> names;
  for (const auto& record : records) {
    uids.insert(record.uid);
    names.insert(record.name);
  }
  if (looked.engine_error.empty()) add_orphans(session, options, uids, stop, looked);
  add_refused(session, options, names, looked);
  std::sort(looked.names.begin(), looked.names.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
}

Result<std::vector<ConditionTerm>> read_conditions(const Options& options) {
  std::vector<ConditionTerm> terms;
  for (const auto& text : options.conditions) {
    BW_TRY_ASSIGN(auto term, parse_condition(text));
    terms.push_back(std::move(term));
  }
  return terms;
}

/// A name without a box is not ready, and nothing else is known of it.
state::BoxStatus status_of(const ShownName& name) {
  state::BoxStatus status;
  status.conditions.push_back(
      {"Ready",
       name.reason == "Orphaned" ? ConditionStatus::Unknown : ConditionStatus::False,
       name.reason,
       name.message,
       0,
       {}});
  return status;
}

void keep_fitting(const std::vector<ConditionTerm>& terms, Looked& looked) {
  const auto is_out = [&terms](const state::BoxStatus& status) {
    return std::any_of(terms.begin(), terms.end(),
                       [&status](const auto& term) { return !term.fits(status); });
  };
  std::erase_if(looked.boxes, [&](const auto& box) { return is_out(box.status); });
  std::erase_if(looked.names, [&](const auto& name) { return is_out(status_of(name)); });
}

}  // namespace

const state::ObservedContainer* ShownBox::container() const {
  if (!fresh) return nullptr;
  for (const auto& one : fresh->observed.containers) {
    if (one.id == status.container) return &one;
  }
  return nullptr;
}

bool is_selected(const std::string& selector, const std::map<std::string, std::string>& labels) {
  const auto terms = parse_selector(selector);
  return terms && fits(*terms, labels);
}

state::BoxStatus merge_status(const state::BoxStatus* told, const state::BoxStatus& fresh,
                              std::int64_t generation) {
  if (told == nullptr || told->uid != fresh.uid || told->container != fresh.container ||
      told->container_state != fresh.container_state) {
    return fresh;
  }
  auto merged = fresh;
  const auto replace = [&merged](const state::Condition& condition) {
    std::erase_if(merged.conditions,
                  [&condition](const auto& one) { return one.type == condition.type; });
    merged.conditions.push_back(condition);
  };
  const auto* ready = fresh.find("Ready");
  const bool starting = ready != nullptr && ready->reason == "Starting";
  const auto* told_ready = told->find("Ready");
  if (starting && told_ready != nullptr && told_ready->status == ConditionStatus::True) {
    replace(*told_ready);
    if (const auto* healthy = told->find("Healthy")) replace(*healthy);
    if (told->find("Reconciling") == nullptr) {
      std::erase_if(merged.conditions, [](const auto& one) {
        return one.type == "Reconciling" && one.reason == "AwaitingHealth";
      });
    }
  }
  // Whose turn it is, only the controller knows.
  const auto* fresh_busy = fresh.find("Reconciling");
  const auto* told_busy = told->find("Reconciling");
  if (fresh_busy != nullptr && fresh_busy->reason == "Progressing" && told_busy != nullptr &&
      told_busy->reason == "WaitingForTurn" && told_busy->observed_generation == generation) {
    replace(*told_busy);
  }
  const bool busy = fresh.find("Reconciling") != nullptr;
  const auto* stalled = told->find("Stalled");
  if (busy && stalled != nullptr && fresh.find("Stalled") == nullptr &&
      stalled->observed_generation == generation) {
    replace(*stalled);
  }
  if (const auto* crashing = told->find("CrashLooping")) replace(*crashing);
  std::sort(merged.conditions.begin(), merged.conditions.end(),
            [](const auto& a, const auto& b) { return a.type < b.type; });
  return merged;
}

Result<Looked> look(Session& session, const Options& options, const std::stop_token& stop) {
  BW_TRY_ASSIGN(const auto selector, parse_selector(options.selector));
  BW_TRY_ASSIGN(const auto conditions, read_conditions(options));
  BW_TRY_ASSIGN(const auto all, session.store().boxes());
  BW_TRY_ASSIGN(const auto told, session.store().statuses());
  std::vector<state::BoxRecord> records;
  reconcile::Orders orders;
  orders.requests = session.pending_requests();
  BW_TRY_ASSIGN(const auto sources, session.store().sources());
  orders.rollout_resumed = plan::rollouts_resumed(sources);
  std::vector<state::BoxRecord> others;
  for (const auto& record : all) {
    if (record.verdict) others.push_back(record);
    if (!is_named(options, record.name.str())) continue;
    if (!fits(selector, record.labels)) continue;
    if (!options.source_name.empty() && record.source.str() != options.source_name) continue;
    if (!record.problem.empty()) orders.problems[record.name] = record.problem;
    records.push_back(record);
  }
  Looked looked;
  for (const auto& record : all)
    looked.known.insert(record.name.str());
  std::erase_if(others, [&records](const auto& one) {
    return std::any_of(records.begin(), records.end(),
                       [&one](const auto& shown) { return shown.name == one.name; });
  });
  auto previews = session.preview(records, orders, stop, false, std::move(others));
  if (!previews && previews.error().code == ErrorCode::Cancelled) {
    return tl::unexpected(previews.error());
  }
  if (!previews) looked.engine_error = previews.error().message;
  for (std::size_t i = 0; i < records.size(); ++i) {
    ShownBox shown;
    shown.record = records[i];
    const auto* before = status_of(told, records[i].name);
    if (previews) {
      shown.fresh = std::move((*previews)[i]);
      shown.status = merge_status(before, shown.fresh->status, records[i].generation);
    } else if (before != nullptr) {
      shown.status = *before;
    }
    looked.boxes.push_back(std::move(shown));
  }
  add_names(session, options, all, stop, looked);
  keep_fitting(conditions, looked);
  return looked;
}

void sort_boxes(Looked& looked, const std::string& by) {
  const auto key = [&by](const ShownBox& box) -> std::int64_t {
    const auto* container = box.container();
    if (by == "memory") return -box.record.spec.resources.memory.count;
    if (by == "restarts") return container == nullptr ? 1 : -container->restart_count;
    if (by != "age") return 0;
    return container == nullptr ? std::numeric_limits<std::int64_t>::max()
                                : -container->created_at.time_since_epoch().count();
  };
  std::sort(looked.boxes.begin(), looked.boxes.end(), [&key](const auto& a, const auto& b) {
    return std::tuple(key(a), a.record.name) < std::tuple(key(b), b.record.name);
  });
}

std::string ready_word(const state::BoxStatus& status) {
  const auto* ready = status.find("Ready");
  return ready == nullptr ? "Unknown" : std::string{to_string(ready->status)};
}

const state::Condition* leading_condition(const state::BoxStatus& status) {
  for (const char* type : {"Stalled", "CrashLooping", "DeletionBlocked", "Suspended", "Reconciling",
                           "UpdatePending", "Drifted", "Ready"}) {
    if (const auto* condition = status.find(type)) return condition;
  }
  return nullptr;
}

int say_gaps(const Options& options, const Looked& looked, WallTime now) {
  int code = kOk;
  std::set<std::string> known = looked.known;
  for (const auto& shown : looked.boxes)
    known.insert(shown.record.name.str());
  for (const auto& shown : looked.names)
    known.insert(shown.name);
  for (const auto& name : options.names) {
    if (known.contains(name)) continue;
    const auto near = nearest(name, {known.begin(), known.end()});
    put_err(fmt::format("boxwright: there is no box {}; {}\n", printable(name),
                        near.empty() ? "`boxwright get` lists them"
                                     : fmt::format("did you mean `{}`?", printable(near))));
    code = kFailure;
  }
  if (looked.engine_error.empty()) return code;
  WallTime oldest = now;
  for (const auto& shown : looked.boxes)
    oldest = std::min(oldest, shown.status.observed_at);
  put_err(fmt::format(
      "boxwright: engine not reachable: {}\n{}", printable_lines(looked.engine_error),
      looked.boxes.empty()
          ? std::string{}
          : fmt::format("What is shown was stored up to {} ago.\n", age(now - oldest))));
  return kFailure;
}

}  // namespace boxwright::cli
