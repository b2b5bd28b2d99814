#include "controller/cli/last_words.h"

#include <algorithm>
#include <utility>

#include "controller/engine/told_log.h"
#include "state/secret_files.h"

namespace boxwright::cli {

namespace {

constexpr std::size_t kLines = 10;

/// What the container that is there now says.
Result<std::vector<std::string>> read_log(Session& session, const state::BoxStatus& status,
                                          const std::stop_token& stop) {
  BW_TRY_ASSIGN(const auto record, session.store().box(status.name));
  // Without the record nobody can tell what in it is a secret.
  if (!record) return std::vector<std::string>{};
  engine::BoxQuery query;
  query.installation = session.installation();
  query.uid = record->uid;
  query.name = record->name;
  BW_TRY_ASSIGN(const auto observed, session.engine().observe_box(query, stop));
  const auto& all = observed.containers;
  const auto container = std::find_if(
      all.begin(), all.end(), [&status](const auto& one) { return one.id == status.container; });
  if (container == all.end()) return std::vector<std::string>{};
  BW_TRY_ASSIGN(auto log,
                session.engine().recent_log(container->id, static_cast<int>(kLines), stop));
  const auto image = observed.container_images.find(container->image_id);
  return engine::told_log(
      std::move(log), *container, record->spec,
      image == observed.container_images.end() ? state::ImageConfig{} : image->second,
      state::resolve_secrets(record->spec.secrets, record->settings.secrets_dir));
}

}  // namespace

void LastWords::keep(const BoxName& box, const std::vector<std::string>& log) {
  const auto from = log.size() - std::min(log.size(), kLines);
  const std::lock_guard lock(mutex_);
  kept_[box] = {log.begin() + static_cast<std::ptrdiff_t>(from), log.end()};
}

std::vector<std::string> LastWords::of(const state::BoxStatus& status,
                                       const std::stop_token& stop) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = kept_.find(status.name);
    if (found != kept_.end()) return found->second;
  }
  if (status.container.empty()) return {};
  return read_log(session_, status, stop).value_or(std::vector<std::string>{});
}

}  // namespace boxwright::cli
