#include "controller/engine/told_log.h"

#include <fmt/core.h>

#include <utility>

#include "controller/engine/hide_values.h"

namespace boxwright::engine {

std::map<std::string, Secret> possible_secrets(const state::ObservedContainer& container,
                                               const specs::BoxSpec& spec,
                                               const state::ImageConfig& image) {
  std::map<std::string, Secret> found;
  for (const auto& [name, value] : container.config.env) {
    const auto ours = spec.env.find(name);
    const auto its_own = image.env.find(name);
    const bool is_plain = (ours != spec.env.end() && ours->second == value.reveal()) ||
                          (its_own != image.env.end() && its_own->second == value.reveal());
    if (!is_plain) found.emplace(name, value);
  }
  return found;
}

std::vector<std::string> told_log(std::vector<std::string> lines,
                                  const state::ObservedContainer& container,
                                  const specs::BoxSpec& spec, const state::ImageConfig& image,
                                  const state::ResolvedSecrets& now) {
  const auto then = possible_secrets(container, spec, image);
  for (const auto& [variable, secret] : spec.secrets) {
    if (then.contains(variable) || now.values.contains(variable)) continue;
    return {
        fmt::format("(not told: secret {} is missing, so nobody can tell whether its value is "
                    "in the lines)",
                    secret.from)};
  }
  for (auto& line : lines)
    line = hide_values(hide_values(std::move(line), then), now.values);
  return lines;
}

}  // namespace boxwright::engine
