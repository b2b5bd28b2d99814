#include "controller/cli/volume_work.h"

#include <fmt/core.h>

#include <algorithm>

#include "controller/cli/plan_view.h"
#include "controller/cli/terminal.h"
#include "state/ownership.h"

namespace boxwright::cli {

namespace {

bool is_of(const state::ObservedContainer& container, const std::set<BoxUid>& uids) {
  return container.owner.role == state::kRoleBox && uids.contains(container.owner.uid);
}

Status check_going(const VolumeSet& set) {
  for (const auto& volume : set.volumes) {
    if (!volume.goes_at) continue;
    return fail(ErrorCode::Conflict, RetryClass::Terminal,
                "volume {} is being removed with box {}; nothing is copied from or to it",
                volume.name.str(), set.box.str());
  }
  return {};
}

Result<std::optional<state::ImageConfig>> look_up(Session& session, const std::string& reference,
                                                  const std::stop_token& stop) {
  engine::BoxQuery query;
  query.installation = session.installation();
  query.name = BoxName{"none"};
  query.image = reference;
  BW_TRY_ASSIGN(auto seen, session.engine().observe_box(query, stop));
  return std::move(seen.wanted_image);
}

}  // namespace

Status check_at_rest(Session& session, const VolumeSet& set, const state::ObservedFleet& fleet,
                     bool may_be_wanted) {
  BW_TRY(check_going(set));
  const auto& name = set.box.str();
  BW_TRY_ASSIGN(const auto record, session.store().box(set.box));
  const bool living = record && record->uid == set.uid && !record->tombstone;
  if (living && record->spec.power == specs::Power::Running && !may_be_wanted) {
    return fail(ErrorCode::Conflict, RetryClass::Terminal,
                "box {0} is not stopped: write `power: stopped` in its spec, wait until `boxwright "
                "get {0}` says Stopped, and say this again",
                name);
  }
  const auto runs =
      std::find_if(fleet.containers.begin(), fleet.containers.end(), [&set](const auto& container) {
        return is_of(container, {set.uid}) && container.is_alive();
      });
  if (runs == fleet.containers.end()) return {};
  return fail(ErrorCode::Conflict, RetryClass::Terminal,
              "container {} of box {} still runs; wait until it has stopped, and say this again",
              runs->name, name);
}

std::string starts_of(const state::ObservedFleet& fleet, const std::set<BoxUid>& uids) {
  std::string text;
  for (const auto& container : fleet.containers) {
    if (!is_of(container, uids)) continue;
    text += fmt::format("{}:{}:{};", container.id.str(), container.is_alive(),
                        container.started_at.value_or(WallTime{}).time_since_epoch().count());
  }
  return text;
}

Result<state::ImageConfig> helper_image(Session& session, const std::string& named,
                                        const std::vector<VolumeSet>& sets,
                                        const state::ObservedFleet& fleet,
                                        const std::stop_token& stop) {
  if (!named.empty()) {
    BW_TRY_ASSIGN(const auto found, look_up(session, named, stop));
    if (found) return *found;
    return fail(ErrorCode::NotFound, RetryClass::Terminal,
                "the engine has no image {}; pull it, or leave --helper-image out", named);
  }
  std::set<BoxUid> uids;
  for (const auto& set : sets)
    uids.insert(set.uid);
  for (const auto& container : fleet.containers) {
    const auto image = fleet.images_by_id.find(container.image_id);
    if (is_of(container, uids) && image != fleet.images_by_id.end()) return image->second;
  }
  for (const auto& set : sets) {
    BW_TRY_ASSIGN(const auto record, session.store().box(set.box));
    if (!record || record->spec.image.empty()) continue;
    BW_TRY_ASSIGN(const auto found, look_up(session, record->spec.image, stop));
    if (found) return *found;
  }
  if (!fleet.images_by_id.empty()) return fleet.images_by_id.begin()->second;
  return fail(ErrorCode::NotFound, RetryClass::Terminal,
              "there is no image that a helper container could be made from; name any one that "
              "the engine has with --helper-image");
}

Result<std::unique_ptr<engine::CopyHelper>> make_helper(Session& session, const BoxName& box,
                                                        const state::ImageConfig& image,
                                                        std::vector<state::Mount> mounts,
                                                        const std::stop_token& stop) {
  engine::CopyHelperPlan plan;
  plan.installation = session.installation();
  plan.box = box;
  plan.attempt = Attempt{random_hex(session.random())};
  plan.image = image;
  plan.mounts = std::move(mounts);
  return engine::CopyHelper::make(session.engine(), plan, stop);
}

std::string mount_path(const char* below, const std::string& key) {
  return fmt::format("{}/{}/{}", below, kVolumesFolder, key);
}

Status check_empty(const VolumeListings& listings, const BoxName& box) {
  for (const auto& [key, listing] : listings) {
    if (listing.is_empty()) continue;
    return fail(ErrorCode::Conflict, RetryClass::Terminal,
                "volume {0} of box {1} is not empty ({2} entries), and nothing in it is removed; "
                "empty it in the box, or say --merge: files of the same name are then replaced, "
                "and others stay",
                key, box.str(), listing.entries.size() - 1);
  }
  return {};
}

std::string listings_table(const VolumeListings& listings) {
  std::vector<std::vector<std::string>> rows{{"VOLUME", "FILES", "SIZE", "DIGEST"}};
  for (const auto& [key, listing] : listings) {
    rows.push_back({printable(key), std::to_string(listing.files), size_text(listing.bytes),
                    "sha256:" + listing.digest()});
  }
  return table(rows);
}

}  // namespace boxwright::cli
