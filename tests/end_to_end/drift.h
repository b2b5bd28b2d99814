#pragma once
// What a hand does to a box on the engine, once beside a running controller and once while it is
// down, to be found at its start.

#include <string>

#include "tests/end_to_end/harness.h"

namespace boxwright::test {

enum class When { WhileItRuns, WhileItIsDown };

class Drift : public TwoBoxes, public ::testing::WithParamInterface<When> {
 protected:
  /// Everything that `hand` does is done before the controller looks at any of it.
  template <typename Hand>
  void by_hand(const Hand& hand) {
    if (GetParam() == When::WhileItRuns) {
      const Frozen frozen(controller_->process());
      hand();
      return;
    }
    ASSERT_EQ(controller_->stop(), 0);
    hand();
    controller_ = start_controller();
  }
};

inline std::string when_name(const ::testing::TestParamInfo<When>& info) {
  return info.param == When::WhileItRuns ? "WhileItRuns" : "WhileItIsDown";
}

}  // namespace boxwright::test
