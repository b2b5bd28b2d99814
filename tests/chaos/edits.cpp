#include <fmt/core.h>
#include <fmt/ostream.h>

#include "tests/chaos/disturbance.h"

namespace boxwright::chaos {

namespace {

/// Changes one box and writes it; an edit to a box whose last one was no good mends it, often.
template <class Change>
void edit(Turn& turn, const Change& change) {
  const auto name = turn.any_box();
  DeclaredBox& box = turn.declared.box(name);
  if (!box.fault.empty() && !turn.chance.one_in(4)) {
    box.fault.clear();
    ++box.revision;
  }
  change(box);
  fmt::print(turn.log, "    {}: {} r{} {} MiB {} %{}{} {}\n", name, box.image, box.revision,
             box.memory_mib, box.centi_cpus, box.stopped ? " stopped" : "",
             box.absent ? " absent" : "", box.fault);
  turn.declared.write(name, turn.chance);
}

void change_environment(Turn& turn) {
  edit(turn, [](DeclaredBox& box) { ++box.revision; });
}
void change_image(Turn& turn) {
  edit(turn, [](DeclaredBox& box) { box.image = box.image == "bb:1" ? "bb:2" : "bb:1"; });
}
void change_limits(Turn& turn) {
  edit(turn, [&turn](DeclaredBox& box) {
    box.memory_mib = turn.chance.between(48, 96);
    box.centi_cpus = turn.chance.between(20, 80);
  });
}
void change_power(Turn& turn) {
  edit(turn, [](DeclaredBox& box) { box.stopped = !box.stopped; });
}
void change_presence(Turn& turn) {
  edit(turn, [](DeclaredBox& box) { box.absent = !box.absent; });
}

/// A new container that cannot work, in one of the ways there are.
void break_it(Turn& turn) {
  static const std::vector<std::string> kFaults = {
      "  command: ['false']\n", "  command: [/no/such/program]\n",
      "  command: [sleep, '1000']\n"
      "  healthcheck: {http: ':8080/healthz', interval: 1s, retries: 2, startPeriod: 0s}\n"
      "  update: {healthTimeout: 6s}\n",
      "  image: nowhere.invalid/none:1\n"};
  edit(turn, [&turn](DeclaredBox& box) {
    ++box.revision;
    box.fault = turn.chance.one_of(kFaults);
  });
}

/// No YAML any more, until it is written again.
void garble(Turn& turn) {
  edit(turn, [](DeclaredBox& box) { box.fault = "  env: {unclosed\n"; });
}

}  // namespace

const std::vector<Disturbance>& edits() {
  static const std::vector<Disturbance> kEdits = {{"a changed environment", 5, change_environment},
                                                  {"a changed image", 4, change_image},
                                                  {"changed limits", 3, change_limits},
                                                  {"a changed power", 2, change_power},
                                                  {"a box comes or goes", 3, change_presence},
                                                  {"a change that cannot work", 4, break_it},
                                                  {"a file that is no YAML", 1, garble}};
  return kEdits;
}

}  // namespace boxwright::chaos
