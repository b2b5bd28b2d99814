#pragma once
// What happens to a play: hands, edits, and things that break.

#include <ostream>
#include <string>
#include <vector>

#include "tests/chaos/chance.h"
#include "tests/chaos/declared.h"
#include "tests/chaos/stage.h"

namespace boxwright::chaos {

/// All that a disturbance may lay hands on.
struct Turn {
  Stage& stage;
  Declared& declared;
  Chance& chance;
  std::ostream& log;
  int source_back = 0;  ///< Rounds until the source is mounted again; 0: it is.
  int disk_back = 0;    ///< Rounds until the store's disk has room again; 0: it has.

  [[nodiscard]] std::string any_box() { return chance.one_of(declared.names()); }
};

struct Disturbance {
  const char* name;
  int weight;
  void (*happen)(Turn& turn);
};

/// What a hand does to containers, networks and images.
[[nodiscard]] const std::vector<Disturbance>& hands();
/// What is written into the source.
[[nodiscard]] const std::vector<Disturbance>& edits();
/// What breaks: the engine, the controller, the source's disk, the store's.
[[nodiscard]] const std::vector<Disturbance>& outages();

/// What people ask for by name.
[[nodiscard]] const std::vector<Disturbance>& orders();

/// One of them by weight, done and told.
void happen_one_of(const std::vector<Disturbance>& list, Turn& turn);

/// The images are there under their names again.
void give_images_back(Stage& stage);
/// Imports them, each with a second name that no hand takes away.
void import_images(Stage& stage);

/// Waits between two looks at other processes, which tell nobody.
void pause_for(int milliseconds);

}  // namespace boxwright::chaos
