#pragma once
// How a play is judged: at every moment, and once everything is calm.

#include <chrono>
#include <ostream>
#include <string>

#include "tests/chaos/data.h"
#include "tests/chaos/declared.h"
#include "tests/chaos/stage.h"

namespace boxwright::chaos {

/// What must hold at every moment: all data is there, and no box has two running containers. What
/// does not, one a line; empty: all is well.
[[nodiscard]] std::string wrong_now(Stage& stage, const Data& data);

struct Calm {
  std::string wrong;  ///< What is still not as declared; empty: everything is.
  std::chrono::milliseconds took{0};
  int asked_again = 0;  ///< Ways out that were taken as a status said: `restart`, `rollout`.
};

/// Waits until every box is as declared, there is nothing else and nothing is planned. A box whose
/// good state holds a verdict (a hand ended its candidate while nobody looked) is asked for again,
/// and a halted rollout let go on, as a person would.
[[nodiscard]] Calm calm_down(Stage& stage, Declared& declared, const Data& data,
                             std::chrono::seconds limit, std::ostream& log);

}  // namespace boxwright::chaos
