#include "controller/plan/rollback.h"

#include <fmt/core.h>

#include <algorithm>

#include "specs/model/canonical.h"

namespace boxwright::plan {

namespace {

using state::GenerationRecord;
using Outcome = GenerationRecord::Outcome;

/// What the box ran last.
const GenerationRecord* present(const std::vector<GenerationRecord>& history) {
  const auto last = std::find_if(history.rbegin(), history.rend(),
                                 [](const auto& entry) { return entry.was_applied(); });
  return last == history.rend() ? nullptr : &*last;
}

bool is_same_state(const GenerationRecord& a, const GenerationRecord& b) {
  return a.spec_json == b.spec_json && a.image_id == b.image_id;
}

Result<const GenerationRecord*> find_named(const state::BoxRecord& record,
                                           const std::vector<GenerationRecord>& history,
                                           const std::string& to) {
  const auto found = std::find_if(history.begin(), history.end(),
                                  [&to](const auto& entry) { return entry.name() == to; });
  const auto& box = record.name.str();
  if (found == history.end()) {
    return fail(ErrorCode::NotFound, RetryClass::Terminal,
                "box {} has no generation {} on record; `boxwright history {}` lists them", box, to,
                box);
  }
  if (!found->was_applied()) {
    return fail(
        ErrorCode::Conflict, RetryClass::Terminal,
        "generation {} of box {} never ran ({}{}{}); go back to one that `boxwright history "
        "{}` shows as applied",
        to, box, state::to_string(found->outcome), found->reason.empty() ? "" : ": ", found->reason,
        box);
  }
  return &*found;
}

/// Everything but how it is handled, which stays as it is now.
specs::BoxSpec as_handled_now(specs::BoxSpec spec, const specs::BoxSpec& now) {
  spec.update = now.update;
  spec.deletion = now.deletion;
  spec.suspend = now.suspend;
  return spec;
}

/// The image as it was then, as far as it is still to be had.
void choose_image(specs::BoxSpec& spec, const GenerationRecord& target, const ImageSight& sight,
                  std::vector<std::string>& notes) {
  if (target.image_id.empty() || spec.image == target.image_id.str()) return;
  const bool is_stable =
      spec.update.image != specs::ImagePolicy::Follow && spec.pull != specs::PullPolicy::Always;
  if (sight.named == target.image_id && is_stable) return;
  if (!sight.is_there) {
    notes.push_back(
        fmt::format("the image of generation {} ({}) is gone from the engine; {} is "
                    "used as it is now{}",
                    target.name(), target.image_id.str(), spec.image,
                    sight.named.empty() ? ", pulled first" : ""));
    return;
  }
  notes.push_back(sight.named == target.image_id
                      ? fmt::format("the image is held at {}, which {} names now",
                                    target.image_id.str(), spec.image)
                      : fmt::format("{} names {} now; the image of generation {} is used by its "
                                    "ID, {}",
                                    spec.image, sight.named.empty() ? "no image" : "another image",
                                    target.name(), target.image_id.str()));
  spec.image = target.image_id.str();
  spec.pull = specs::PullPolicy::Never;
}

}  // namespace

Result<const GenerationRecord*> find_rollback_target(const state::BoxRecord& record,
                                                     const std::vector<GenerationRecord>& history,
                                                     const std::string& to) {
  if (!to.empty()) return find_named(record, history, to);
  const auto* now = present(history);
  // After a failed trial or a change that waits, the last that ran is where to go.
  const bool runs_as_wanted =
      now != nullptr && now->generation == record.generation && now->outcome == Outcome::Applied;
  for (auto entry = history.rbegin(); entry != history.rend(); ++entry) {
    if (entry->outcome != Outcome::Applied) continue;
    if (runs_as_wanted && (&*entry == now || is_same_state(*entry, *now))) continue;
    return &*entry;
  }
  return fail(ErrorCode::NotFound, RetryClass::Terminal,
              "box {0} has no earlier generation on record that was applied; `boxwright history "
              "{0}` shows what there is",
              record.name.str());
}

Result<PlannedRollback> plan_rollback(const state::BoxRecord& record,
                                      const std::vector<GenerationRecord>& history,
                                      const GenerationRecord& target, const ImageSight& sight) {
  PlannedRollback planned;
  auto& order = planned.order;
  BW_TRY_ASSIGN(auto then, specs::spec_from_canonical_json(target.spec_json));
  order.spec = as_handled_now(std::move(then), record.spec);
  choose_image(order.spec, target, sight, planned.notes);
  order.to = target.name();
  order.uid = record.uid;
  order.declared = record.rollback ? record.rollback->declared : record.spec;
  const auto wanted = specs::canonical_json(order.spec);
  if (wanted == specs::canonical_json(record.spec)) {
    return fail(ErrorCode::Conflict, RetryClass::Terminal,
                "box {} is wanted as in generation {} already; nothing was changed",
                record.name.str(), order.to);
  }
  planned.is_undo = record.rollback && wanted == specs::canonical_json(order.declared);
  const auto* now = present(history);
  if (now != nullptr && now->secret_mac != target.secret_mac && !order.spec.secrets.empty()) {
    planned.notes.emplace_back("secrets keep their present values: old ones are not kept");
  }
  return planned;
}

}  // namespace boxwright::plan
