#include "controller/plan/price.h"

namespace boxwright::plan {

namespace {

/// A box that became ready later than this did so for another reason than its start.
constexpr Duration kStartAtMost{600'000};

/// How long the container took from its start to Ready, where the status tells.
std::optional<Duration> last_start(const state::ObservedContainer& container,
                                   const state::BoxStatus* told) {
  if (told == nullptr || told->container != container.id || !container.started_at) {
    return std::nullopt;
  }
  const auto* ready = told->find("Ready");
  if (ready == nullptr || ready->status != state::ConditionStatus::True) return std::nullopt;
  const auto took = ready->last_transition - *container.started_at;
  if (took < Duration{0} || took > kStartAtMost) return std::nullopt;
  return took;
}

}  // namespace

std::optional<Price> price_of(const Action& action, const state::BoxRecord& record,
                              const state::ObservedContainer* container,
                              const state::BoxStatus* told) {
  if (action.kind != ActionKind::Replace && action.kind != ActionKind::Restart) return std::nullopt;
  Price price;
  if (container == nullptr || !container->is_alive()) return price;
  price.stop = record.spec.stop_grace_period;
  if (record.spec.power == specs::Power::Stopped) return price;
  const auto seen = last_start(*container, told);
  price.basis = seen ? Price::Basis::LastStart : Price::Basis::Assumed;
  price.start = seen.value_or(kStartAssumed);
  return price;
}

std::string_view to_string(Price::Basis value) {
  switch (value) {
    case Price::Basis::NotRunning: return "notRunning";
    case Price::Basis::LastStart: return "lastStart";
    case Price::Basis::Assumed: return "assumed";
  }
  return "assumed";
}

}  // namespace boxwright::plan
