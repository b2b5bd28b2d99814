#include "state/generation_record.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <tuple>

namespace boxwright::state {

namespace {

using Outcome = GenerationRecord::Outcome;

/// Of those that never were applied: an hour of edits must not grow without bound.
constexpr std::size_t kUnappliedKept = 40;

void prune(std::vector<GenerationRecord>& history) {
  std::size_t applied = 0;
  std::size_t unapplied = 0;
  std::vector<GenerationRecord> kept;
  for (auto entry = history.rbegin(); entry != history.rend(); ++entry) {
    if (applied == kGenerationsKept) break;
    if (entry->was_applied()) {
      ++applied;
    } else if (++unapplied > kUnappliedKept) {
      continue;
    }
    kept.push_back(std::move(*entry));
  }
  std::reverse(kept.begin(), kept.end());
  history = std::move(kept);
}

/// The box never got away from where it is to go back to: what was wanted since did not come about.
bool is_target(const GenerationRecord& entry, const GenerationRecord& next) {
  return entry.name() == next.rollback_to || entry.rollback_to == next.rollback_to;
}

}  // namespace

std::string GenerationRecord::name() const {
  return part == 0 ? std::to_string(generation) : fmt::format("{}.{}", generation, part);
}

void begin_generation(std::vector<GenerationRecord>& history, GenerationRecord next) {
  for (auto& entry : history) {
    if (entry.outcome != Outcome::Pending) continue;
    entry.outcome = Outcome::Superseded;
    entry.reason = fmt::format("generation {} was wanted before it was applied", next.name());
  }
  const auto last = std::find_if(history.rbegin(), history.rend(),
                                 [](const auto& entry) { return entry.was_applied(); });
  if (!next.rollback_to.empty() && last != history.rend() && !is_target(*last, next)) {
    last->outcome = Outcome::RolledBackByHand;
    last->reason = fmt::format("{} had the box go back to generation {}",
                               next.author.empty() ? "somebody" : next.author, next.rollback_to);
  }
  put_generation(history, std::move(next));
}

void put_generation(std::vector<GenerationRecord>& history, GenerationRecord entry) {
  const auto place = [](const GenerationRecord& one) {
    return std::tuple(one.generation, one.part);
  };
  const auto at = std::lower_bound(
      history.begin(), history.end(), entry,
      [&place](const auto& one, const auto& other) { return place(one) < place(other); });
  if (at != history.end() && place(*at) == place(entry)) {
    *at = std::move(entry);
  } else {
    history.insert(at, std::move(entry));
  }
  prune(history);
}

namespace {

constexpr std::array kOutcomes{Outcome::Pending, Outcome::Applied, Outcome::RolledBack,
                               Outcome::Superseded, Outcome::RolledBackByHand};

}  // namespace

std::string_view to_string(Outcome value) {
  switch (value) {
    case Outcome::Pending: return "Pending";
    case Outcome::Applied: return "Applied";
    case Outcome::RolledBack: return "RolledBack";
    case Outcome::Superseded: return "Superseded";
    case Outcome::RolledBackByHand: return "RolledBackByHand";
  }
  return "Pending";
}

Result<Outcome> outcome_from(std::string_view text) {
  for (const auto outcome : kOutcomes) {
    if (text == to_string(outcome)) return outcome;
  }
  return fail(ErrorCode::Corrupt, RetryClass::Terminal,
              "the memory database holds a generation whose outcome is `{}`", text);
}

}  // namespace boxwright::state
