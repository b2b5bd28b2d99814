// What is wanted of one box: what it is declared to be, or what a person had it go back to.

#include <set>

#include "controller/plan/compare.h"
#include "controller/plan/fleet_draft.h"
#include "controller/plan/generations.h"
#include "specs/model/canonical.h"

namespace boxwright::plan {

namespace {

/// Whose a file is of those that were read together.
std::string author_of(const Claim& claim, const std::string& file) {
  const auto& authors = claim.source->snapshot->authors;
  const auto author = authors.find(file);
  return author == authors.end() ? std::string{} : author->second;
}

/// `spec.image a -> b, spec.env.EDITOR ...`: which fields changed, and whose the files are that ask
/// for it.
struct Changed {
  std::string fields;
  std::string authors;
};

Changed changed_fields(const specs::BoxSpec& before, const specs::BoxSpec& after,
                       const Claim* claim) {
  Changed changed;
  std::set<std::string> authors;
  for (const FieldDifference& difference : compare_specs(before, after)) {
    changed.fields += fmt::format("{}{} {} -> {}", changed.fields.empty() ? "" : ", ",
                                  difference.field, difference.from, difference.to);
    if (claim == nullptr) continue;
    const specs::BoxDeclaration& declared = *claim->declaration;
    const auto place = specs::place_of_field(declared.fields, declared.origin, difference.field);
    authors.insert(author_of(*claim, place.file));
  }
  for (const std::string& author : authors) {
    changed.authors += (changed.authors.empty() || author.empty() ? "" : ", ") + author;
  }
  return changed;
}

bool means_the_same(const specs::BoxSpec& a, const specs::BoxSpec& b) {
  return a == b || specs::canonical_json(a) == specs::canonical_json(b);
}

/// What is wanted, and by whose order if not by the declaration.
struct Wish {
  const specs::BoxSpec* spec = nullptr;
  std::optional<state::RollbackHold> hold;
  const state::Request* undo = nullptr;
};

/// The order that stands, or the one on record: an order is in both databases, and either may be
/// lost. One that was given over another declaration is over.
Wish wish_of(FleetDraft& draft, const state::BoxRecord& record, const specs::BoxSpec& declared) {
  Wish wish{&declared, std::nullopt, nullptr};
  if (const auto found = draft.rollbacks.find(record.name); found != draft.rollbacks.end()) {
    const RollbackDraft& given = found->second;
    if (!given.order) {
      wish.undo = given.request;
      return wish;
    }
    const bool is_its_own = given.order->uid.empty() || given.order->uid == record.uid;
    if (is_its_own && means_the_same(given.order->declared, declared)) {
      wish.spec = &given.order->spec;
      wish.hold = {given.order->to, given.request->by, declared};
      draft.decision.obeyed.push_back(given.request->id);
      return wish;
    }
    draft.finish(*given.request, "done",
                 is_its_own ? fmt::format("box {} is declared anew at {}; that is followed",
                                          record.name.str(), place_of(record.origin))
                            : "it was given for an earlier box of that name");
  }
  if (record.rollback && means_the_same(record.rollback->declared, declared)) {
    wish.spec = &record.spec;
    wish.hold = record.rollback;
  }
  return wish;
}

void tell_change(FleetDraft& draft, const state::BoxRecord& record, const Wish& wish, bool is_new,
                 Changed changed) {
  const auto tell = [&](const char* action, std::string by, const std::string& what) {
    draft.add_box_event(record, action, std::move(changed.fields),
                        fmt::format("{}; this is generation {}", what, record.generation),
                        std::move(by));
  };
  const std::string& name = record.name.str();
  if (wish.hold && is_new) {
    tell("RolledBackByHand", wish.hold->by,
         fmt::format("box {} goes back to generation {} by order", name, wish.hold->to));
  } else if (wish.undo != nullptr) {
    tell("RollbackUndone", wish.undo->by,
         fmt::format("box {} follows its declaration again", name));
  } else {
    tell("SpecChanged", std::move(changed.authors),
         fmt::format("the spec of box {} changed", name));
  }
}

}  // namespace

std::string author_of(const Claim& claim) {
  return author_of(claim, claim.declaration->origin.file);
}

void begin_history(FleetDraft& draft, const state::BoxRecord& record, std::string author,
                   WallTime wanted_at) {
  auto entry = generation_of(record);
  entry.author = std::move(author);
  entry.wanted_at = wanted_at;
  draft.decision.change.new_generations.push_back(std::move(entry));
}

void want_first(FleetDraft& draft, NameDraft& entry, const specs::BoxSpec& declared) {
  state::BoxRecord& record = entry.record.edit();
  const Wish wish = wish_of(draft, record, declared);
  record.spec = *wish.spec;
  record.rollback = wish.hold;
  entry.wish_settled = true;
}

void want_declared(FleetDraft& draft, NameDraft& entry, const specs::BoxSpec& declared,
                   const Claim* claim) {
  HeldRecord& record = entry.record;
  entry.wish_settled = true;
  const Wish wish = wish_of(draft, *record, declared);
  const bool is_new = wish.hold != record->rollback;
  if (is_new) record.edit().rollback = wish.hold;
  if (wish.spec == &record->spec || record->spec == *wish.spec) return;
  Changed changed = changed_fields(record->spec, *wish.spec, wish.hold ? nullptr : claim);
  // Values that differ may still mean the same, and then the box keeps its generation.
  const bool counts = !means_the_same(record->spec, *wish.spec);
  record.edit().spec = *wish.spec;
  if (!counts) return;
  ++record.edit().generation;
  const std::string author = wish.hold              ? wish.hold->by
                             : wish.undo != nullptr ? wish.undo->by
                                                    : changed.authors;
  begin_history(draft, *record, author, draft.now());
  tell_change(draft, *record, wish, is_new, std::move(changed));
}

}  // namespace boxwright::plan
