#include "controller/plan/compare.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

#include "controller/plan/shown.h"
#include "controller/routing/traefik_labels.h"
#include "state/ownership.h"

namespace boxwright::plan {
namespace {

struct Comparison {
  const state::ContainerConfig& observed;
  const state::ImageConfig* image;  ///< nullptr: it is gone.
  const Wanted& wanted;
  const std::map<std::string, specs::SecretRef>& secrets;
  const std::map<std::string, std::string>& known_plain_env;
};

/// Whether the image has this very pair: then nobody put it on the container.
bool image_has(const std::map<std::string, std::string>& of_image, const std::string& key,
               const std::string& value) {
  const auto found = of_image.find(key);
  return found != of_image.end() && found->second == value;
}

std::string env_field(const Comparison& in, const std::string& name) {
  return (in.secrets.contains(name) ? "spec.secrets." : "spec.env.") + shown(name);
}

/// An observed value. Anything that a hand may have put there can be a secret.
std::string shown_observed(const Comparison& in, const std::string& name, const Secret& value) {
  if (in.secrets.contains(name)) return kHidden;
  const bool known = image_has(in.known_plain_env, name, value.reveal()) ||
                     (in.image != nullptr && image_has(in.image->env, name, value.reveal()));
  return known ? shown(value.reveal()) : kHidden;
}

std::string shown_wanted(const Comparison& in, const std::string& name, const Secret& value) {
  return in.secrets.contains(name) ? kHidden : shown(value.reveal());
}

void compare_environment(const Comparison& in, Differences& found) {
  const auto& wanted = in.wanted.config.env;
  for (const auto& [name, value] : wanted) {
    const auto seen = in.observed.env.find(name);
    if (seen == in.observed.env.end()) {
      found.add(env_field(in, name), kNoValue, shown_wanted(in, name, value));
    } else if (!(seen->second == value)) {
      found.add(env_field(in, name), shown_observed(in, name, seen->second),
                shown_wanted(in, name, value));
    }
  }
  for (const auto& [name, ref] : in.secrets) {
    const bool is_missing = !wanted.contains(name);
    if (is_missing && !in.observed.env.contains(name)) {
      found.add(env_field(in, name), kNoValue, kHidden);
    }
  }
  if (in.image == nullptr) return;
  for (const auto& [name, value] : in.observed.env) {
    if (wanted.contains(name) || in.secrets.contains(name)) continue;
    if (image_has(in.image->env, name, value.reveal())) continue;
    found.add(env_field(in, name), shown_observed(in, name, value), kNoValue);
  }
}

/// The `<key id>` of `v1:<key id>:<mac>`.
std::string mac_key_id(const std::string& mac) {
  const auto first = mac.find(':');
  if (first == std::string::npos) return {};
  return mac.substr(first + 1, mac.find(':', first + 1) - first - 1);
}

void compare_mac(const Comparison& in, const std::string& observed, Differences& found) {
  const std::string& wanted = in.wanted.secret_mac;
  // Without a value or a key of ours there is nothing to hold it against but the values themselves.
  if (in.wanted.secrets_missing || wanted == observed) return;
  if (wanted.empty() && !in.secrets.empty()) return;
  const bool inherited =
      in.image == nullptr || image_has(in.image->labels, state::kLabelSecretMac, observed);
  if (wanted.empty() && inherited) return;
  const bool other_key = !observed.empty() && mac_key_id(observed) != mac_key_id(wanted);
  if (other_key && !wanted.empty()) return;
  if (!found.has_field_under("spec.secrets.")) found.add("spec.secrets", kHidden, kHidden);
}

std::string label_of(const state::ContainerConfig& config, const std::string& key) {
  const auto found = config.labels.find(key);
  return found == config.labels.end() ? std::string{} : found->second;
}

void compare_own_labels(const Comparison& in, Differences& found) {
  const std::set<std::string> apart{state::kLabelAttempt, state::kLabelSecretMac,
                                    state::kLabelSpecHash};
  const auto is_compared = [&](const std::string& key) {
    return key.starts_with(state::kLabelPrefix) && !apart.contains(key);
  };
  for (const auto& [key, value] : in.wanted.config.labels) {
    if (!is_compared(key)) continue;
    const auto seen = in.observed.labels.find(key);
    if (seen == in.observed.labels.end()) {
      found.add("container.labels." + key, kNoValue, shown(value));
    } else if (seen->second != value) {
      found.add("container.labels." + key, shown(seen->second), shown(value));
    }
  }
  if (in.image == nullptr) return;
  for (const auto& [key, value] : in.observed.labels) {
    if (!is_compared(key) || in.wanted.config.labels.contains(key)) continue;
    if (!image_has(in.image->labels, key, value)) {
      found.add("container.labels." + shown(key), kHidden, kNoValue);
    }
  }
}

/// All routing labels that differ, as one field.
void compare_routing(const Comparison& in, Differences& found) {
  std::vector<std::string> from;
  std::vector<std::string> to;
  for (const auto& [key, value] : in.wanted.config.labels) {
    if (!routing::is_traefik_label(key)) continue;
    const auto seen = in.observed.labels.find(key);
    if (seen != in.observed.labels.end() && seen->second == value) continue;
    if (seen != in.observed.labels.end()) from.push_back(key + "=" + shown(seen->second));
    to.push_back(key + "=" + shown(value));
  }
  if (in.image != nullptr) {
    for (const auto& [key, value] : in.observed.labels) {
      if (!routing::is_traefik_label(key) || in.wanted.config.labels.contains(key)) continue;
      // A label set by hand may hold a password (basicauth.users).
      if (!image_has(in.image->labels, key, value)) from.push_back(shown(key) + "=" + kHidden);
    }
  }
  if (from.empty() && to.empty()) return;
  const auto joined = [](const std::vector<std::string>& labels) {
    return labels.empty() ? kNoValue : fmt::format("{}", fmt::join(labels, ", "));
  };
  found.add("routing", joined(from), joined(to));
}

std::string shown(const state::Mount& mount) {
  return plan::shown(mount.volume.str()) + " at " + plan::shown(mount.target);
}

/// `spec.volumes.cache` for a volume of this box; keys hold no hyphen, so the name tells.
std::string mount_field(const Comparison& in, const state::Mount& mount) {
  const std::string prefix = state::volume_name(BoxName{in.wanted.config.hostname}, "").str();
  const std::string& name = mount.volume.str();
  if (name.starts_with(prefix)) return "spec.volumes." + plan::shown(name.substr(prefix.size()));
  return "container.mounts." + plan::shown(mount.target);
}

void compare_mounts(const Comparison& in, Differences& found) {
  const std::vector<state::Mount>& wanted = in.wanted.config.mounts;
  std::vector<state::Mount> extra;
  for (const state::Mount& mount : in.observed.mounts) {
    if (std::ranges::find(wanted, mount) == wanted.end()) extra.push_back(mount);
  }
  for (const state::Mount& mount : wanted) {
    if (std::ranges::find(in.observed.mounts, mount) != in.observed.mounts.end()) continue;
    // Best explained by the same volume elsewhere, else by what lies in its place.
    auto instead = std::ranges::find(extra, mount.volume, &state::Mount::volume);
    if (instead == extra.end()) {
      instead = std::ranges::find(extra, mount.target, &state::Mount::target);
    }
    found.add(mount_field(in, mount), instead == extra.end() ? kNoValue : shown(*instead),
              shown(mount));
    if (instead != extra.end()) extra.erase(instead);
  }
  for (const state::Mount& mount : extra) {
    found.add(mount_field(in, mount), shown(mount), kNoValue);
  }
}

/// What inspect shows of the wanted check: each zero field is taken from the image's, and what is
/// still zero then cannot be told from the engine's default.
state::EngineHealthCheck as_merged(const Comparison& in) {
  state::EngineHealthCheck merged = in.wanted.config.healthcheck;
  const state::EngineHealthCheck& fallback =
      in.image != nullptr ? in.image->healthcheck : in.observed.healthcheck;
  if (merged.test.empty()) merged.test = fallback.test;
  if (merged.interval.count() == 0) merged.interval = fallback.interval;
  if (merged.timeout.count() == 0) merged.timeout = fallback.timeout;
  if (merged.start_period.count() == 0) merged.start_period = fallback.start_period;
  if (merged.retries == 0) merged.retries = fallback.retries;
  return merged;
}

bool is_off(const state::EngineHealthCheck& check) {
  return check.test.empty() || check.test.front() == "NONE";
}

std::string shown(const state::EngineHealthCheck& check) {
  if (is_off(check)) return "none";
  return fmt::format("{} every {} (timeout {}, retries {}, start period {})",
                     plan::shown(check.test), format_duration(check.interval),
                     format_duration(check.timeout), check.retries,
                     format_duration(check.start_period));
}

void compare_health(const Comparison& in, Differences& found) {
  const state::EngineHealthCheck wanted = as_merged(in);
  const state::EngineHealthCheck& observed = in.observed.healthcheck;
  if (wanted == observed || (is_off(wanted) && is_off(observed))) return;
  found.add("spec.healthcheck", shown(observed), shown(wanted));
}

void compare_process(const Comparison& in, Differences& found) {
  const state::ContainerConfig& wanted = in.wanted.config;
  if (in.observed.image != wanted.image) {
    found.add("spec.image", plan::shown(in.observed.image), plan::shown(wanted.image));
  }
  const bool inherits = wanted.command.empty();
  if (!inherits || in.image != nullptr) {
    const std::vector<std::string>& command = inherits ? in.image->command : wanted.command;
    if (in.observed.command != command) {
      found.add("spec.command", plan::shown(in.observed.command), plan::shown(command));
    }
  }
  // We never send one, so it is the image's.
  if (in.image != nullptr && in.observed.entrypoint != in.image->entrypoint) {
    found.add("container.entrypoint", plan::shown(in.observed.entrypoint),
              plan::shown(in.image->entrypoint));
  }
  if (in.observed.hostname != wanted.hostname) {
    found.add("container.hostname", plan::shown(in.observed.hostname),
              plan::shown(wanted.hostname));
  }
  found.compare("container.init", plan::shown(in.observed.init), plan::shown(wanted.init));
  found.compare("spec.stopGracePeriod", format_duration(in.observed.stop_timeout),
                format_duration(wanted.stop_timeout));
}

std::string engine_network(const std::string& name) {
  return name.empty() || name == "default" ? "bridge" : name;
}

void compare_surroundings(const Comparison& in, Differences& found) {
  const state::ContainerConfig& wanted = in.wanted.config;
  found.compare("network", plan::shown(engine_network(in.observed.network)),
                plan::shown(engine_network(wanted.network)));
  std::vector<specs::PublishedPort> ports = in.observed.publish;
  std::ranges::sort(ports);
  if (ports != wanted.publish) {
    found.add("spec.publish", plan::shown(ports), plan::shown(wanted.publish));
  }
  if (in.observed.log_driver != wanted.log_driver) {
    found.add("container.log", plan::shown(in.observed.log_driver), plan::shown(wanted.log_driver));
  }
  // The engine adds its own default options, so only ours are looked at.
  for (const auto& [name, value] : wanted.log_options) {
    const auto seen = in.observed.log_options.find(name);
    const bool absent = seen == in.observed.log_options.end();
    if (!absent && seen->second == value) continue;
    found.add("container.log." + name, absent ? kNoValue : plan::shown(seen->second),
              plan::shown(value));
  }
}

/// Every value that is, or was, one of the box's secrets.
std::vector<Secret> secret_values(const Comparison& in) {
  std::vector<Secret> values;
  for (const auto& [name, ref] : in.secrets) {
    for (const auto* env : {&in.observed.env, &in.wanted.config.env}) {
      const auto found = env->find(name);
      if (found != env->end()) values.push_back(found->second);
    }
  }
  return values;
}

}  // namespace

std::vector<FieldDifference> compare_containers(
    const state::ContainerConfig& observed, const std::optional<state::ImageConfig>& image,
    const Wanted& wanted, const std::map<std::string, specs::SecretRef>& secrets,
    const std::map<std::string, std::string>& known_plain_env) {
  const Comparison in{observed, image ? &*image : nullptr, wanted, secrets, known_plain_env};
  Differences found;
  compare_process(in, found);
  compare_environment(in, found);
  compare_mounts(in, found);
  compare_health(in, found);
  compare_surroundings(in, found);
  compare_routing(in, found);
  compare_own_labels(in, found);
  compare_mac(in, label_of(observed, state::kLabelSecretMac), found);
  if (found.empty() && label_of(observed, state::kLabelSpecHash) != wanted.spec_hash) {
    found.add(std::string("container.labels.") + state::kLabelSpecHash,
              shown(label_of(observed, state::kLabelSpecHash)), shown(wanted.spec_hash));
  }
  return std::move(found).sorted(secret_values(in));
}

}  // namespace boxwright::plan
