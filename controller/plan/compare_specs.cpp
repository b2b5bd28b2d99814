#include <map>
#include <set>
#include <string>
#include <utility>

#include "controller/plan/compare.h"
#include "controller/plan/shown.h"

namespace boxwright::plan {
namespace {

std::string shown(const specs::VolumeSpec& volume) {
  return plan::shown(volume.path) + (volume.disposable ? " (disposable)" : "");
}

std::string shown(const specs::SecretRef& ref) {
  return "from " + plan::shown(ref.from);
}

using plan::shown;

/// One difference for each key whose values differ, or that only one side has.
template <class Value, class Show>
void compare_maps(Differences& found, const std::string& field,
                  const std::map<std::string, Value>& before,
                  const std::map<std::string, Value>& after, const Show& show) {
  for (const auto& [key, value] : before) {
    const auto other = after.find(key);
    if (other == after.end()) {
      found.add(field + key, show(key, value), kNoValue);
    } else if (other->second != value) {
      found.add(field + key, show(key, value), show(key, other->second));
    }
  }
  for (const auto& [key, value] : after) {
    if (!before.contains(key)) found.add(field + key, kNoValue, show(key, value));
  }
}

void compare_environment(Differences& found, const specs::BoxSpec& before,
                         const specs::BoxSpec& after) {
  const auto show_variable = [&](const std::string& name, const std::string& value) {
    // A plain value that becomes a secret was one all along.
    const bool secret = before.secrets.contains(name) || after.secrets.contains(name);
    return secret ? std::string(kHidden) : shown(value);
  };
  compare_maps(found, "spec.env.", before.env, after.env, show_variable);
  compare_maps(found, "spec.secrets.", before.secrets, after.secrets,
               [](const std::string&, const specs::SecretRef& ref) { return shown(ref); });
}

std::string windows_text(const std::vector<specs::UpdateWindow>& windows) {
  if (windows.empty()) return kNoValue;
  std::string text;
  for (const auto& window : windows)
    text += (text.empty() ? "" : "; ") + specs::to_string(window);
  return text;
}

void compare_policies(Differences& found, const specs::BoxSpec& before,
                      const specs::BoxSpec& after) {
  const auto text = [](const auto value) { return std::string(specs::to_string(value)); };
  found.compare("spec.pull", text(before.pull), text(after.pull));
  found.compare("spec.restart", text(before.restart), text(after.restart));
  found.compare("spec.power", text(before.power), text(after.power));
  found.compare("spec.suspend", shown(before.suspend), shown(after.suspend));
  found.compare("spec.update.policy", text(before.update.policy), text(after.update.policy));
  found.compare("spec.update.image", text(before.update.image), text(after.update.image));
  found.compare("spec.update.healthTimeout", format_duration(before.update.health_timeout),
                format_duration(after.update.health_timeout));
  found.compare("spec.update.idleDeadline", format_duration(before.update.idle_deadline),
                format_duration(after.update.idle_deadline));
  found.compare("spec.update.windows", windows_text(before.update.windows),
                windows_text(after.update.windows));
  found.compare("spec.deletion.volumes", text(before.deletion.volumes),
                text(after.deletion.volumes));
  found.compare("spec.deletion.delay", format_duration(before.deletion.delay),
                format_duration(after.deletion.delay));
}

/// Lists and checks are compared as values: two of them may be shown alike.
void compare_container_fields(Differences& found, const specs::BoxSpec& before,
                              const specs::BoxSpec& after) {
  if (before.image != after.image) found.add("spec.image", shown(before.image), shown(after.image));
  if (before.subdomain != after.subdomain) {
    found.add("spec.subdomain", shown(before.subdomain), shown(after.subdomain));
  }
  if (before.command != after.command) {
    found.add("spec.command", shown(before.command), shown(after.command));
  }
  if (before.healthcheck != after.healthcheck) {
    found.add("spec.healthcheck", shown(specs::describe(before.healthcheck)),
              shown(specs::describe(after.healthcheck)));
  }
  if (before.publish != after.publish) {
    found.add("spec.publish", shown(before.publish), shown(after.publish));
  }
  found.compare("spec.stopGracePeriod", format_duration(before.stop_grace_period),
                format_duration(after.stop_grace_period));
  compare_maps(found, "spec.volumes.", before.volumes, after.volumes,
               [](const std::string&, const specs::VolumeSpec& volume) { return shown(volume); });
}

}  // namespace

std::vector<FieldDifference> compare_specs(const specs::BoxSpec& before,
                                           const specs::BoxSpec& after) {
  Differences found;
  compare_container_fields(found, before, after);
  compare_environment(found, before, after);
  compare_policies(found, before, after);
  found.compare("spec.resources.cpus", to_string(before.resources.cpus),
                to_string(after.resources.cpus));
  found.compare("spec.resources.memory", to_string(before.resources.memory),
                to_string(after.resources.memory));
  found.compare("spec.resources.pids", std::to_string(before.resources.pids),
                std::to_string(after.resources.pids));
  return std::move(found).sorted({});
}

}  // namespace boxwright::plan
