#pragma once
// What an action costs the box's owner, as far as it can be told before. Pure.

#include <optional>

#include "controller/plan/plan.h"
#include "state/observed.h"

namespace boxwright::plan {

/// From the stop of the running container until the box is ready again.
struct Price {
  enum class Basis {
    NotRunning,  ///< Nothing runs that could be stopped.
    LastStart,   ///< `start` is how long its present container took to become ready.
    Assumed,     ///< Nothing is on record: kStartAssumed.
  };
  Duration stop{0};   ///< At most: its stop grace period.
  Duration start{0};  ///< Usually.
  Basis basis = Basis::NotRunning;

  [[nodiscard]] Duration downtime() const { return stop + start; }
  bool operator==(const Price&) const = default;
};

inline constexpr Duration kStartAssumed{5'000};

/// Of an action that stops the box's container and brings one up again; nullopt: it does not.
/// `container`: the one that would be stopped; nullptr: none. `told`: the last status of the box.
[[nodiscard]] std::optional<Price> price_of(const Action& action, const state::BoxRecord& record,
                                            const state::ObservedContainer* container,
                                            const state::BoxStatus* told);

[[nodiscard]] std::string_view to_string(Price::Basis value);

}  // namespace boxwright::plan
