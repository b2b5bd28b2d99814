#include <fmt/core.h>
#include <fmt/ostream.h>

#include "tests/chaos/disturbance.h"

namespace boxwright::chaos {

namespace {

void restart_engine(Turn& turn) {
  turn.stage.engine().stop();
  if (turn.chance.one_in(2)) pause_for(turn.chance.between(0, 2'000));
  turn.stage.engine().start();
}

/// Its containers run on without it, until it is back and ends them.
void kill_engine(Turn& turn) {
  turn.stage.engine().kill();
  if (turn.chance.one_in(2)) pause_for(turn.chance.between(0, 2'000));
  turn.stage.engine().start();
}

void freeze_engine(Turn& turn) {
  turn.stage.engine().freeze();
  pause_for(turn.chance.between(500, 5'000));
  turn.stage.engine().thaw();
}

void kill_controller(Turn& turn) {
  pause_for(turn.chance.between(0, 800));
  turn.stage.kill_controller();
}

void stop_controller(Turn& turn) {
  pause_for(turn.chance.between(0, 800));
  const int code = turn.stage.stop_controller();
  fmt::print(turn.log, "    it ended with {}\n", code);
  if (code == -1)
    throw std::runtime_error("the controller did not end on SIGTERM:\n" + turn.stage.log());
}

void unmount_source(Turn& turn) {
  turn.stage.unmount_source();
  turn.source_back = turn.chance.between(1, 3);
}

void fill_disk(Turn& turn) {
  turn.stage.fill_disk();
  turn.disk_back = turn.chance.between(1, 3);
}

}  // namespace

const std::vector<Disturbance>& outages() {
  static const std::vector<Disturbance> kOutages = {
      {"the engine restarts", 3, restart_engine},
      {"the engine is killed", 1, kill_engine},
      {"the engine hangs", 3, freeze_engine},
      {"the controller is killed", 3, kill_controller},
      {"the controller is stopped", 1, stop_controller},
      {"the source is unmounted", 2, unmount_source},
      {"the store's disk is full", 2, fill_disk}};
  return kOutages;
}

}  // namespace boxwright::chaos
