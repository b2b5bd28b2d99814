// I15: a source that cannot be read, that is half-written, empty, moved or without its marker, or
//      that lost more boxes than the guard allows, removes nothing; what is absent is removed only
//      after its delay.
// I16: what comes back within its delay was never touched (it is absent no more, so it must not
// be). I24: a clock that jumps does not make a removal begin before its delay is over on both
// clocks.

#include <fmt/core.h>

#include <algorithm>

#include "tests/simulation/invariant.h"
#include "tests/simulation/truth.h"

namespace boxwright::test {

namespace {

class PruneInvariant final : public Invariant {
 public:
  void before(const Touch& touch, const Scene& scene) override {
    const bool removes = std::holds_alternative<engine::RemoveContainer>(touch.step.kind);
    const bool stops = std::holds_alternative<engine::StopContainer>(touch.step.kind);
    if (touch.container == nullptr || (!removes && !stops)) return;
    const auto* wish = scene.ledger.find(touch.box);
    if (wish == nullptr || wish->deletion_stands) return;
    // The last one of a box is what a removal takes.
    const auto all = containers_of(scene.world, scene.ledger, touch.box);
    const bool last = std::ranges::none_of(
        all, [&](const auto* one) { return one->id != touch.container->id && one->started_at; });
    // Without a tombstone it lives by the last good reading, and may be replaced or restarted.
    const bool is_going = scene.world.record(touch.box.str()).tombstone.has_value();
    if (!wish->declared) {
      if (is_going && (last || stops)) judge_absent(touch, *wish, scene);
    } else if (removes && last && touch.container->started_at) {
      judge_declared(touch, *wish, scene);
    }
  }

  void after(const Touch& touch, bool succeeded, const Scene& scene) override {
    const auto* wish = scene.ledger.find(touch.box);
    const bool removed = std::holds_alternative<engine::RemoveContainer>(touch.step.kind);
    if (!removed || !succeeded || wish == nullptr || wish->declared || wish->deletion_stands)
      return;
    if (!containers_of(scene.world, scene.ledger, touch.box).empty()) return;
    // Without a tombstone it makes way for its own successor.
    if (!scene.world.record(touch.box.str()).tombstone) return;
    // The source that had it when it was last seen there; it may have left another one unread.
    const auto from = scene.world.record(touch.box.str()).source;
    if (is_confirmed(touch.box, from, scene)) return;
    scene.ledger.prunes.push_back({touch.box, from, scene.world.clock.mono_now(), false});
    judge_guard(touch.box, from, scene);
  }

  /// What comes back before its removal is over was not removed.
  void committed(const state::Store::FleetChange& change, const Scene& scene) override {
    auto& prunes = scene.ledger.prunes;
    for (const auto& name : change.forget_boxes) {
      std::erase_if(prunes, [&](const auto& one) {
        return one.box == name && !one.is_over && is_named(name, scene);
      });
      for (auto& prune : prunes)
        prune.is_over = prune.is_over || prune.box == name;
    }
    for (const auto& event : change.events) {
      if (event.action != "TombstoneCancelled") continue;
      std::erase_if(prunes,
                    [&event](const auto& one) { return one.box == event.box && !one.is_over; });
    }
  }

 private:
  /// Somebody deletes it by name, or has confirmed it, before its removal is over.
  static bool is_named(const BoxName& box, const Scene& scene) {
    const auto& tombstone = scene.world.record(box.str()).tombstone;
    return tombstone && tombstone->confirmed;
  }

  static bool is_confirmed(const BoxName& box, const SourceName& source, const Scene& scene) {
    const auto found = scene.ledger.confirmed.find(source);
    return found != scene.ledger.confirmed.end() && found->second.contains(box);
  }

  static void judge_absent(const Touch& touch, const Wish& wish, const Scene& scene) {
    const auto record = scene.world.record(touch.box.str());
    const auto& last = source_of(scene.world, wish);
    // It was moved to a source that was not read since: the one that had it is what counts.
    const bool was_moved = record.source != last.name;
    const auto& source =
        record.source == scene.world.table.name ? scene.world.table : scene.world.declared;
    const auto told = engine::describe(touch.step);
    // A person who looked may confirm it while the source reads as empty.
    const bool is_meant = source.emptied && is_confirmed(touch.box, source.name, scene);
    if (!is_sound(source) && !is_meant) {
      scene.report("I15",
                   fmt::format("{} while source {} cannot be trusted", told, source.name.str()));
      return;
    }
    const auto delay = source.settings.prune_delay;
    // A clock that was set back between the word and the look makes the delay begin earlier by it.
    const bool is_set_back = scene.ledger.clock_jumped && record.tombstone;
    const auto since =
        is_set_back ? std::min(wish.absent_wall, record.tombstone->since) : wish.absent_wall;
    const bool is_early = scene.world.clock.mono_now() < wish.absent_since + delay &&
                          scene.world.clock.wall_now() < since + delay;
    if (is_early && !was_moved) {
      scene.report("I15", fmt::format("{} before the delay of the removal is over", told));
    }
  }

  /// Declared, and the last container that ever ran goes: only another that is made takes its
  /// place.
  static void judge_declared(const Touch& touch, const Wish& wish, const Scene& scene) {
    const auto record = scene.world.record(touch.box.str());
    if (!record.tombstone) return;
    const auto& source = source_of(scene.world, wish);
    // It was moved to a source that has not been read since: the one that had it no longer does.
    if (record.source != source.name) return;
    scene.report(is_sound(source) ? "I16" : "I15",
                 fmt::format("{} removes box {}, which is declared", engine::describe(touch.step),
                             touch.box.str()));
  }

  /// More than a fifth of the boxes (at least one) within a day, unconfirmed.
  static void judge_guard(const BoxName& box, const SourceName& from, const Scene& scene) {
    const auto now = scene.world.clock.mono_now();
    const bool is_table = from == scene.world.table.name;
    const auto of_source = static_cast<std::size_t>(std::ranges::count_if(
        scene.ledger.wishes,
        [is_table](const auto& entry) { return entry.second.in_table == is_table; }));
    const auto recent =
        static_cast<std::size_t>(std::ranges::count_if(scene.ledger.prunes, [&](const Prune& one) {
          return one.source == from && one.at + std::chrono::hours{24} > now &&
                 (one.is_over || !is_named(one.box, scene));
        }));
    // A clock that jumped, or a lost memory, gives the guard a day that was shorter.
    if (scene.ledger.memory_was_lost || scene.ledger.clock_jumped) return;
    if (recent > std::max<std::size_t>(1, of_source / 5)) {
      scene.report("I15", fmt::format("box {} is removed as number {} of {} within a day",
                                      box.str(), recent, of_source));
    }
  }
};

}  // namespace

std::unique_ptr<Invariant> make_prune_invariant() {
  return std::make_unique<PruneInvariant>();
}

}  // namespace boxwright::test
