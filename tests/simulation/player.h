#pragma once
// Carries out operations on a world, and writes down in the ledger what people meant by them.

#include <string>
#include <vector>

#include "tests/simulation/operation.h"
#include "tests/simulation/oracle.h"

namespace boxwright::test {

class Player {
 public:
  /// Declares the first boxes; the last one stands in the table. `secrets_dir` is ours alone.
  Player(World& world, Oracle& oracle, int boxes, std::string secrets_dir);

  /// Does it, and lets its time pass.
  void play(const Operation& operation);
  /// Ends every disturbance and takes back what people did wrong, but not what they declared.
  void calm_down();
  /// Does for each box what its status says is the way out.
  void take_ways_out();
  /// What a broken source or an absent box leaves to be judged; every name there is.
  [[nodiscard]] const std::vector<BoxName>& names() const { return pool_; }
  void declare(const BoxName& name, const specs::BoxDeclaration& box, bool in_table);
  /// The declaration of this box, changed; nothing where it is not declared.
  template <class Change>
  void edit(const BoxName& name, const Change& change);

 private:
  void do_spec(const Operation& operation, const BoxName& name);
  void do_request(const Operation& operation, const BoxName& name);
  void do_source(const Operation& operation, const BoxName& name);
  void do_hand(const Operation& operation, const BoxName& name);
  void do_things(const Operation& operation, const BoxName& name);
  void do_engine(const Operation& operation);
  void undeclare(const BoxName& name);
  void remove_by_name(const BoxName& name, bool volumes, bool now);
  /// The deletion stands, with what it grants.
  void obey(const state::DeletionRow& row, Wish& wish);
  void obey_pending(Wish& wish);
  void ask(state::Request::Verb verb, const std::string& subject, const std::string& argument = "");
  void suspend(const std::string& subject, bool on);
  void confirm(DeclaredBoxes& source);
  void accept(const BoxName& name);
  void read_refusals();
  void recreate(const std::string& who);
  void give_up_missing();
  void remove_foreign();
  void remove_hold();
  void prune_volumes();
  void plan_faults();
  [[nodiscard]] DeclaredBoxes& source_of(const Wish& wish);
  [[nodiscard]] bool is_still_unseen(const BoxName& name, const Wish& wish) const;
  [[nodiscard]] bool is_known(const DeclaredBoxes& source) const;
  [[nodiscard]] FakeEngine::Hand docker() { return world_.engine.docker(); }

  World& world_;
  Oracle& oracle_;
  Ledger& ledger_;
  std::vector<BoxName> pool_;
  std::string secrets_dir_;
  unsigned copies_ = 0;
  // The next fault, and how many calls of its kind it waits for.
  Fault fault_ = Fault::None;
  bool fault_mutating_ = true;
  unsigned fault_after_ = 0;
};

template <class Change>
void Player::edit(const BoxName& name, const Change& change) {
  const auto found = ledger_.wishes.find(name);
  if (found == ledger_.wishes.end() || !found->second.declared) return;
  auto box = *found->second.declared;
  change(box.spec);
  declare(name, box, found->second.in_table);
}

}  // namespace boxwright::test
