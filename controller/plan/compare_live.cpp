#include <algorithm>
#include <string>
#include <utility>

#include "controller/plan/compare.h"
#include "controller/plan/shown.h"

namespace boxwright::plan {
namespace {

constexpr const char* kNoLimit = "unlimited";

std::string shown_cpus(NanoCpus cpus) {
  return cpus.count <= 0 ? kNoLimit : to_string(cpus);
}

std::string shown_memory(Bytes memory) {
  return memory.count <= 0 ? kNoLimit : to_string(memory);
}

std::string shown_pids(std::int64_t pids) {
  return pids <= 0 ? kNoLimit : std::to_string(pids);
}

bool swap_agrees(const state::Limits& observed, const state::Limits& wanted, SwapAccounting swap) {
  const std::int64_t seen = observed.memory_swap.count;
  if (seen == wanted.memory_swap.count) return true;
  if (seen == 0) return wanted.memory_swap.count == 2 * wanted.memory.count;
  return seen < 0 && swap == SwapAccounting::Unknown;
}

/// The memory, and its swap where that is not the engine's own rule.
std::string shown_with_swap(const state::Limits& limits) {
  return fmt::format("{} (with swap {})", shown_memory(limits.memory),
                     shown_memory(limits.memory_swap));
}

}  // namespace

std::vector<FieldDifference> compare_live(const state::ContainerConfig& observed,
                                          const state::ContainerConfig& wanted,
                                          SwapAccounting swap) {
  Differences found;
  found.compare("spec.resources.cpus", shown_cpus(observed.limits.cpus),
                shown_cpus(wanted.limits.cpus));
  found.compare("spec.resources.pids", shown_pids(observed.limits.pids),
                shown_pids(wanted.limits.pids));
  if (observed.limits.memory != wanted.limits.memory) {
    found.add("spec.resources.memory", shown_memory(observed.limits.memory),
              shown_memory(wanted.limits.memory));
  } else if (!swap_agrees(observed.limits, wanted.limits, swap)) {
    found.add("spec.resources.memory", shown_with_swap(observed.limits),
              shown_with_swap(wanted.limits));
  }
  found.compare("spec.restart", std::string(specs::to_string(observed.restart)),
                std::string(specs::to_string(wanted.restart)));
  return std::move(found).sorted({});
}

}  // namespace boxwright::plan
