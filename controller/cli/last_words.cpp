#include "controller/cli/last_words.h"

#include <algorithm>

#include "controller/engine/hide_values.h"
#include "state/secret_files.h"

namespace boxwright::cli {

namespace {
constexpr std::size_t kLines = 10;
}  // namespace

std::vector<std::string> LastWords::without_secrets(const BoxName& box,
                                                    std::vector<std::string> log) {
  const auto record = session_.store().box(box);
  // Without the record nobody can tell what in it is a secret.
  if (!record || !*record) return {};
  const auto secrets =
      state::resolve_secrets((*record)->spec.secrets, (*record)->settings.secrets_dir);
  for (auto& line : log)
    line = engine::hide_values(std::move(line), secrets.values);
  return log;
}

void LastWords::keep(const BoxName& box, const std::vector<std::string>& log) {
  const auto from = log.size() - std::min(log.size(), kLines);
  auto clean = without_secrets(box, {log.begin() + static_cast<std::ptrdiff_t>(from), log.end()});
  const std::lock_guard lock(mutex_);
  kept_[box] = std::move(clean);
}

std::vector<std::string> LastWords::of(const state::BoxStatus& status,
                                       const std::stop_token& stop) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = kept_.find(status.name);
    if (found != kept_.end()) return found->second;
  }
  if (status.container.empty()) return {};
  auto log = session_.engine().recent_log(status.container, static_cast<int>(kLines), stop);
  return log ? without_secrets(status.name, std::move(*log)) : std::vector<std::string>{};
}

}  // namespace boxwright::cli
