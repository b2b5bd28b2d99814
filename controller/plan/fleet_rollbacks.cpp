// Orders to go back to an earlier generation: which of them stands, and when one is over.

#include "controller/plan/fleet_draft.h"

namespace boxwright::plan {

namespace {

/// The source cannot be followed at present, but it is here: the box goes on with what was last
/// read, and an order about it is obeyed.
bool is_here_unread(SourceState state) {
  return state == SourceState::Failed || state == SourceState::Moved ||
         state == SourceState::Partial;
}

void end_order(FleetDraft& draft, const BoxName& name, const RollbackDraft& given) {
  const NameDraft& entry = draft.names.at(name);
  if (given.order) return;
  for (const state::Request* earlier : given.earlier)
    draft.finish(*earlier, "done", fmt::format("undone by {}", given.request->by));
  const bool was_held = entry.was_held || !given.earlier.empty();
  draft.finish(*given.request, was_held ? "done" : "failed",
               was_held
                   ? fmt::format("box {} follows its declaration again", name.str())
                   : fmt::format("box {} was not rolled back by hand; there is nothing to undo",
                                 name.str()));
}

}  // namespace

void load_rollbacks(FleetDraft& draft) {
  for (const state::Request* request : draft.requests) {
    if (request->verb != state::Request::Verb::Rollback || !is_open(*request)) continue;
    RollbackDraft given;
    given.request = request;
    if (request->argument != state::kRollbackUndo) {
      auto order = state::read_rollback_order(request->argument);
      if (!order) {
        draft.finish(*request, "failed", order.error().message);
        continue;
      }
      given.order = std::move(*order);
    }
    const BoxName name(request->subject);
    if (const auto before = draft.rollbacks.find(name); before != draft.rollbacks.end()) {
      given.earlier = std::move(before->second.earlier);
      given.earlier.push_back(before->second.request);
      // The later order says all that is to be done; an end of one is told once it has ended.
      if (given.order) {
        for (const state::Request* earlier : given.earlier)
          draft.finish(*earlier, "done", "a later rollback took its place");
        given.earlier.clear();
      }
    }
    draft.rollbacks.insert_or_assign(name, std::move(given));
  }
  for (auto& [name, entry] : draft.names)
    entry.was_held = entry.record && entry.record->rollback.has_value();
}

void settle_rollbacks(FleetDraft& draft) {
  for (auto& [name, entry] : draft.names) {
    const bool concerned =
        entry.record && (entry.was_held || draft.rollbacks.contains(name)) && !entry.wish_settled;
    if (!concerned || entry.record->tombstone ||
        !is_here_unread(draft.state_of(entry.record->source))) {
      continue;
    }
    const auto& record = *entry.record;
    const specs::BoxSpec declared = record.rollback ? record.rollback->declared : record.spec;
    want_declared(draft, entry, declared, nullptr);
  }
  for (const auto& [name, given] : draft.rollbacks) {
    const auto entry = draft.names.find(name);
    if (entry == draft.names.end() || !entry->second.record) continue;
    const auto& stone = entry->second.record->tombstone;
    if (stone && stone->kind == state::Tombstone::Kind::Delete) {
      draft.finish(*given.request, "done", fmt::format("box {} is deleted", name.str()));
    } else if (entry->second.wish_settled) {
      end_order(draft, name, given);
    }
  }
}

}  // namespace boxwright::plan
