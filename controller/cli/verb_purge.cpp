// purge: the data that a removed box left goes for good, once its name was typed.

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "controller/cli/act_alone.h"
#include "controller/cli/await_order.h"
#include "controller/cli/exit_codes.h"
#include "controller/cli/session.h"
#include "controller/cli/suggestion.h"
#include "controller/cli/terminal.h"
#include "controller/cli/typed_word.h"
#include "controller/cli/verbs.h"
#include "controller/cli/volume_look.h"
#include "controller/plan/purge.h"

namespace boxwright::cli {

namespace {

/// The data of one removed box, or the part of it that was named.
struct Purge {
  BoxName box;
  BoxUid uid;
  std::vector<ShownVolume> volumes;
};

bool is_left_behind(const ShownVolume& volume) {
  return volume.use == VolumeUse::Retained || volume.use == VolumeUse::Orphaned;
}

Error not_there(const std::string& word, const std::vector<ShownVolume>& all) {
  std::vector<std::string> known;
  for (const auto& volume : all) {
    if (is_left_behind(volume)) known.push_back(volume.box.str());
    if (volume.box.str() != word || is_left_behind(volume)) continue;
    return {ErrorCode::Conflict, RetryClass::Terminal,
            fmt::format("box {0} is not removed, and a purge is never of a living box's data; "
                        "`boxwright delete {0} --volumes` removes box and data",
                        word)};
  }
  const auto near = nearest(word, known);
  return {ErrorCode::NotFound, RetryClass::Terminal,
          fmt::format("no data of a removed box {} is retained; {}", word,
                      near.empty() ? "`boxwright volumes --retained` lists what is"
                                   : fmt::format("did you mean `{}`?", near))};
}

Result<Purge> find_purge(const Options& options, const std::vector<ShownVolume>& all) {
  const auto& word = options.names.front();
  Purge purge;
  std::set<BoxUid> uids;
  for (const auto& volume : all) {
    const bool named = volume.box.str() == word || volume.uid.str() == word;
    if (!named || !is_left_behind(volume)) continue;
    purge.box = volume.box;
    purge.uid = volume.uid;
    uids.insert(volume.uid);
    const auto& keys = options.keys;
    const bool wanted =
        keys.empty() || std::find(keys.begin(), keys.end(), volume.key) != keys.end();
    if (wanted) purge.volumes.push_back(volume);
  }
  if (uids.empty()) return tl::unexpected(not_there(word, all));
  if (uids.size() > 1) {
    return fail(ErrorCode::Conflict, RetryClass::Terminal,
                "data of {} removed boxes {} is retained; name the UID of the one that is meant, "
                "as `boxwright volumes {} -o wide` shows it",
                uids.size(), word, word);
  }
  for (const auto& key : options.keys) {
    const bool there = std::any_of(purge.volumes.begin(), purge.volumes.end(),
                                   [&key](const auto& volume) { return volume.key == key; });
    if (there) continue;
    return fail(ErrorCode::NotFound, RetryClass::Terminal,
                "the retained data of box {} has no volume {}; `boxwright volumes {}` lists it",
                purge.box.str(), key, purge.box.str());
  }
  return purge;
}

/// nullopt: go on. Else the exit code.
std::optional<int> refuse_without_name(const Options& options, const Purge& purge, WallTime now,
                                       const std::stop_token& stop) {
  const auto name = printable(purge.box.str());
  put_err(volume_table(purge.volumes, now, true));
  if (!options.confirm.empty()) {
    if (options.confirm == purge.box.str()) return std::nullopt;
    put_err(
        fmt::format("boxwright purge: --confirm says {}, and this is the data of box {}; "
                    "nothing was done\n",
                    printable(options.confirm), name));
    return kUsage;
  }
  if (!is_terminal(STDIN_FILENO)) {
    put_err(
        fmt::format("boxwright purge asks for the name first, and there is no terminal; give "
                    "`--confirm {}`\n",
                    name));
    return kUsage;
  }
  const auto question = fmt::format(
      "This removes {} of box {} for good; there is no way back. "
      "Type {} to go on: ",
      volume_sum(purge.volumes), name, name);
  switch (ask_for_word(question, purge.box.str(), stop)) {
    case Answer::Yes: return std::nullopt;
    case Answer::No: return kFailure;
    case Answer::Interrupted: return kInterrupted;
  }
  return kFailure;
}

Result<std::vector<std::int64_t>> put_on_record(Session& session, const Options& options,
                                                const Purge& purge) {
  std::vector<std::string> keys = options.keys;
  if (keys.empty()) keys.emplace_back();
  std::vector<std::int64_t> ids;
  for (const auto& key : keys) {
    state::Request request;
    request.verb = state::Request::Verb::Grant;
    request.subject = purge.box.str();
    request.argument = plan::purge_argument(purge.uid, key);
    request.by = order_giver();
    request.at = session.clock().wall_now();
    BW_TRY_ASSIGN(const auto id, session.desired().add_request(request));
    ids.push_back(id);
  }
  return ids;
}

/// What the last try to remove one of them came to, where it failed.
std::string last_refusal(Session& session, const Purge& purge) {
  constexpr int kNewest = 20;
  const auto events = session.store().events(purge.box, 0, kNewest);
  if (!events) return {};
  for (auto at = events->rbegin(); at != events->rend(); ++at) {
    if (at->action != "RemoveVolume" || at->uid != purge.uid) continue;
    return at->result == "ok" ? std::string{} : ": " + at->message;
  }
  return {};
}

int await_one(const Options& options, Session& session, const Purge& purge, std::int64_t id,
              MonoTime until, const std::stop_token& stop) {
  const auto judge = [](const state::Request& request) -> std::optional<int> {
    if (request.state == "pending") return std::nullopt;
    if (request.state == "done") return kOk;
    put_err("boxwright purge: " + printable(request.outcome) + "\n");
    return kConflict;
  };
  if (const auto code = await_order(session, options.verb, id, until, stop, judge)) return *code;
  put_err(fmt::format("boxwright purge: not done within {}; the order stands{}\n",
                      format_duration(order_timeout(options)),
                      printable(last_refusal(session, purge))));
  return kTimeout;
}

/// Each was looked for on a fresh list of the engine before the order was said to be done.
void tell_gone(const Purge& purge) {
  for (const auto& volume : purge.volumes)
    put_err(fmt::format("volume {} is gone\n", printable(volume.name.str())));
}

int carry_out(const Options& options, Session& session, const Purge& purge,
              const std::stop_token& stop) {
  const auto until = session.clock().mono_now() + order_timeout(options);
  const auto ids = put_on_record(session, options, purge);
  if (!ids) return say_error(ids.error());
  if (!session.holder()) {
    OrderScope scope;
    scope.boxes = {purge.box};
    const auto acted = act_alone(options, scope, stop);
    const bool taken = !acted && acted.error().code == ErrorCode::Conflict && session.holder();
    if (!acted && !taken) return say_error(acted.error());
  }
  int code = kOk;
  for (const auto id : *ids) {
    const int one = await_one(options, session, purge, id, until, stop);
    if (one != kOk) code = one;
    if (one == kInterrupted) break;
  }
  if (code == kOk) tell_gone(purge);
  return code;
}

}  // namespace

int purge_data(const Options& options, const std::stop_token& stop) {
  Session session(options);
  if (auto opened = session.open_for_asking(); !opened) return say_error(opened.error());
  if (auto reached = session.reach_engine(); !reached) return say_error(reached.error());
  const auto looked = look_at_volumes(session, true, stop);
  if (!looked) return say_error(looked.error());
  const auto purge = find_purge(options, looked->volumes);
  if (!purge) return say_error(purge.error());
  if (const auto code = refuse_without_name(options, *purge, looked->at, stop)) return *code;
  return carry_out(options, session, *purge, stop);
}

}  // namespace boxwright::cli
