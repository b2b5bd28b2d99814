// rollback: a box goes back to an earlier generation and stays there, until its declaration changes
// or a person undoes it.

#include <fmt/core.h>
#include <unistd.h>

#include "controller/cli/act_alone.h"
#include "controller/cli/await_order.h"
#include "controller/cli/exit_codes.h"
#include "controller/cli/known_box.h"
#include "controller/cli/look.h"
#include "controller/cli/plan_view.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verbs.h"
#include "controller/plan/rollback.h"
#include "specs/model/canonical.h"

namespace boxwright::cli {

namespace {

/// What is asked for, and what the box will be.
struct Intent {
  state::BoxRecord record;  ///< As it is now.
  state::BoxRecord after;
  state::Request request;
  std::vector<std::string> notes;
  std::string words;  ///< `go back to generation 3`.
};

/// What the engine has of the image that was run then.
Result<plan::ImageSight> see_image(Session& session, const state::BoxRecord& record,
                                   const state::GenerationRecord& target,
                                   const std::stop_token& stop) {
  BW_TRY_ASSIGN(const auto then, specs::spec_from_canonical_json(target.spec_json));
  engine::BoxQuery query{session.installation(), record.uid, record.name, then.image, {}};
  BW_TRY_ASSIGN(const auto by_name, session.engine().observe_box(query, stop));
  plan::ImageSight sight;
  if (by_name.wanted_image) sight.named = by_name.wanted_image->id;
  if (target.image_id.empty()) return sight;
  query.image = target.image_id.str();
  BW_TRY_ASSIGN(const auto by_id, session.engine().observe_box(query, stop));
  sight.is_there = by_id.wanted_image.has_value();
  return sight;
}

void intend_undo(Intent& intent) {
  intent.request.argument = state::kRollbackUndo;
  intent.after.spec = intent.record.rollback->declared;
  intent.after.rollback.reset();
  intent.words = "follow its declaration again";
}

Status intend_rollback(Session& session, const Options& options, Intent& intent,
                       const std::stop_token& stop) {
  BW_TRY_ASSIGN(const auto history, session.store().history(intent.record.uid));
  BW_TRY_ASSIGN(const auto* target,
                plan::find_rollback_target(intent.record, history, options.rollback_to));
  BW_TRY_ASSIGN(const auto sight, see_image(session, intent.record, *target, stop));
  BW_TRY_ASSIGN(auto planned, plan::plan_rollback(intent.record, history, *target, sight));
  intent.notes = std::move(planned.notes);
  if (planned.is_undo) {
    intend_undo(intent);
    intent.notes.push_back(
        fmt::format("generation {} is what the declaration says", target->name()));
    return {};
  }
  auto& order = planned.order;
  intent.request.argument = state::print_rollback_order(order);
  intent.after.spec = order.spec;
  intent.after.rollback = {order.to, intent.request.by, order.declared};
  intent.words = fmt::format("go back to generation {}", order.to);
  return {};
}

Result<Intent> read_intent(Session& session, const Options& options, const std::stop_token& stop) {
  Intent intent;
  BW_TRY_ASSIGN(intent.record, known_box(session, options.names.front()));
  const auto& name = intent.record.name.str();
  if (intent.record.tombstone) {
    return fail(ErrorCode::Conflict, RetryClass::Terminal,
                "box {} is to be removed; declare it again first", name);
  }
  intent.request.verb = state::Request::Verb::Rollback;
  intent.request.subject = name;
  intent.request.by = order_giver();
  intent.request.at = session.clock().wall_now();
  intent.after = intent.record;
  ++intent.after.generation;
  if (!options.undo) {
    BW_TRY(intend_rollback(session, options, intent, stop));
    return intent;
  }
  if (!intent.record.rollback) {
    return fail(ErrorCode::Conflict, RetryClass::Terminal,
                "box {} was not rolled back by hand; there is nothing to undo", name);
  }
  intend_undo(intent);
  return intent;
}

/// What will be done, what it costs, and what else is worth knowing.
Status show_price(Session& session, const Options& options, const Intent& intent,
                  const std::stop_token& stop) {
  reconcile::Orders orders;
  orders.requests = session.pending_requests();
  PlanView view;
  BW_TRY_ASSIGN(view.boxes, session.preview({intent.after}, orders, stop, true));
  // A dry run is asked for what it shows; else that is talk before the question.
  const auto say = [&options](const std::string& text) {
    if (options.dry_run) {
      put_out(text);
    } else {
      put_err(text);
    }
  };
  say(plan_text(view, wants_colour(options, options.dry_run ? STDOUT_FILENO : STDERR_FILENO)));
  for (const auto& note : intent.notes)
    say(fmt::format("Note: {}.\n", printable(note)));
  return {};
}

/// nullopt: go on. Else the exit code.
std::optional<int> refuse_without_consent(const Options& options, const Intent& intent,
                                          const std::stop_token& stop) {
  if (options.yes) return std::nullopt;
  if (!is_terminal(STDIN_FILENO)) {
    put_err("boxwright rollback asks first, and there is no terminal; give `--yes`\n");
    return kUsage;
  }
  const auto question = fmt::format("Have box {} {}, keeping its data?",
                                    printable(intent.record.name.str()), intent.words);
  switch (ask(question, stop)) {
    case Answer::Yes: return std::nullopt;
    case Answer::No: return kFailure;
    case Answer::Interrupted: return kInterrupted;
  }
  return kFailure;
}

bool speaks_of(const state::Condition* condition, std::int64_t generation) {
  return condition != nullptr && condition->observed_generation >= generation;
}

/// The exit code, once the box is as was asked for, or will not be for a stated reason.
std::optional<int> tell_end(const state::BoxRecord& record, const state::BoxStatus& status) {
  const auto name = printable(record.name.str());
  const auto generation = record.generation;
  if (const auto* stalled = status.find("Stalled"); speaks_of(stalled, generation)) {
    put_err(fmt::format("boxwright rollback: {}: {}: {}\n", name, stalled->reason,
                        printable(stalled->message)));
    return kFailure;
  }
  const auto* pending = status.find("UpdatePending");
  if (status.find("Suspended") != nullptr ||
      (speaks_of(pending, generation) && pending->reason != plan::kRolledBackByHand &&
       pending->reason != "ImageMoved")) {
    const auto* told = status.find("Suspended") != nullptr ? status.find("Suspended") : pending;
    put_err(fmt::format("{}: ordered, and held: {}\n", name, printable(told->message)));
    return kOk;
  }
  const auto* ready = status.find("Ready");
  if (!speaks_of(ready, generation)) return std::nullopt;
  if (ready->status != state::ConditionStatus::True && ready->reason != "Stopped") {
    return std::nullopt;
  }
  put_err(
      record.rollback
          ? fmt::format("{0}: is as in generation {1}; this is generation {2}. It stays so "
                        "until its declaration changes, or `boxwright rollback {0} --undo`\n",
                        name, printable(record.rollback->to), generation)
          : fmt::format("{}: follows its declaration; this is generation {}\n", name, generation));
  return kOk;
}

/// The order is obeyed once the record says so; nullopt: not yet.
Result<std::optional<state::BoxRecord>> obeyed_record(Session& session, const Intent& intent,
                                                      const state::Request& request) {
  if (request.state == "failed") {
    return fail(ErrorCode::Refused, RetryClass::Terminal, "{}", request.outcome);
  }
  const bool is_undo = request.argument == state::kRollbackUndo;
  if (request.state == "done" && !is_undo) {
    return fail(ErrorCode::Conflict, RetryClass::Terminal, "the order is over: {}",
                request.outcome);
  }
  const bool taken_up = is_undo ? request.state == "done" : !request.outcome.empty();
  if (!taken_up) return std::optional<state::BoxRecord>{};
  return session.store().box(intent.record.name);
}

int await_end(const Options& options, Session& session, const Intent& intent, std::int64_t id,
              MonoTime until, const std::stop_token& stop) {
  const auto judge = [&](const state::Request& request) -> std::optional<int> {
    const auto record = obeyed_record(session, intent, request);
    if (!record) return say_error(record.error());
    if (!*record) return std::nullopt;
    const auto statuses = session.store().statuses();
    if (!statuses) return say_error(statuses.error());
    for (const auto& status : *statuses) {
      if (status.name == intent.record.name) return tell_end(**record, status);
    }
    return std::nullopt;
  };
  if (const auto code = await_order(session, options.verb, id, until, stop, judge)) return *code;
  put_err(
      fmt::format("boxwright rollback: {}: not done within {}; the order stands, and `boxwright "
                  "describe` says what it waits for\n",
                  printable(intent.record.name.str()), format_duration(order_timeout(options))));
  return kTimeout;
}

int carry_out(const Options& options, const Intent& intent, const std::stop_token& stop) {
  Session session(options);
  if (auto opened = session.open_for_asking(); !opened) return say_error(opened.error());
  auto until = session.clock().mono_now() + order_timeout(options);
  const auto id = session.desired().add_request(intent.request);
  if (!id) return say_error(id.error());
  if (!session.holder()) {
    OrderScope scope;
    scope.boxes = {intent.record.name};
    scope.source = intent.record.source;
    const auto acted = act_alone(options, scope, stop);
    // Whoever took the lock meanwhile sees the order, too.
    const bool taken = !acted && acted.error().code == ErrorCode::Conflict && session.holder();
    if (!acted && !taken) return say_error(acted.error());
    if (!taken) until = MonoTime{};
  }
  return await_end(options, session, intent, *id, until, stop);
}

}  // namespace

int roll_back(const Options& options, const std::stop_token& stop) {
  if (options.undo && !options.rollback_to.empty()) {
    put_err("boxwright rollback: --undo goes to the declaration; it takes no --to\n");
    return kUsage;
  }
  Session session(options);
  if (auto opened = session.open_for_reading(); !opened) return say_error(opened.error());
  const auto intent = read_intent(session, options, stop);
  if (!intent) return say_error(intent.error());
  if (auto shown = show_price(session, options, *intent, stop); !shown) {
    return say_error(shown.error());
  }
  if (options.dry_run) return kOk;
  if (const auto code = refuse_without_consent(options, *intent, stop)) return *code;
  return carry_out(options, *intent, stop);
}

}  // namespace boxwright::cli
