// volume restore: what a backup holds, into the volumes of a box at rest, compared afterwards.

#include <fmt/core.h>

#include <algorithm>

#include "controller/cli/exit_codes.h"
#include "controller/cli/lost_volumes.h"
#include "controller/cli/plan_view.h"
#include "controller/cli/quiet_boxes.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verb_volume.h"
#include "controller/cli/verbs.h"
#include "controller/cli/volume_backup.h"
#include "controller/cli/volume_transfer.h"
#include "controller/cli/volume_work.h"
#include "controller/cli/zstd_file.h"

namespace boxwright::cli {

namespace {

struct Restore {
  BackupPlace place;
  VolumeSet set;          ///< Those that are written.
  VolumeListings wanted;  ///< What they are to hold.
  std::string starts;
  state::ImageConfig image;
};

/// The volumes that the backup and the words agree on.
Status choose(Restore& restore, const VolumeSet& named, bool one, const VolumeListings& listings) {
  restore.set.box = named.box;
  restore.set.uid = named.uid;
  for (const auto& [key, listing] : listings) {
    const auto* volume = named.find(key);
    if (volume != nullptr) {
      restore.set.volumes.push_back(*volume);
      restore.wanted[key] = listing;
    } else if (!one) {
      return fail(
          ErrorCode::Conflict, RetryClass::Terminal,
          "the backup holds a volume {0} that box {1} does not have; declare it, or restore "
          "volumes one by one: `boxwright volume restore {1}/KEY ...`",
          key, named.box.str());
    }
  }
  if (!restore.set.volumes.empty()) return {};
  return fail(ErrorCode::NotFound, RetryClass::Terminal, "{} holds none of these volumes",
              restore.place.archive.string());
}

/// One whose directory is gone is still listed by the engine, and its container holds on to it.
Status check_directories(const Restore& restore, const state::ObservedFleet& fleet) {
  for (const auto& volume : fleet.volumes) {
    const bool chosen = std::any_of(restore.set.volumes.begin(), restore.set.volumes.end(),
                                    [&](const auto& one) { return one.name == volume.name; });
    if (!chosen || !volume.directory_missing) continue;
    return fail(ErrorCode::Conflict, RetryClass::Terminal,
                "the directory of volume {} is gone under the engine; `boxwright accept {} --empty "
                "{}` makes it anew, then say this again",
                volume.name.str(), restore.set.box.str(), volume.owner.volume_key);
  }
  return {};
}

bool has_lost(const VolumeSet& set) {
  return std::any_of(set.volumes.begin(), set.volumes.end(),
                     [](const auto& volume) { return volume.use == VolumeUse::Lost; });
}

Result<Restore> plan_restore(Session& session, const Options& options,
                             const VolumeListings& listings, const std::stop_token& stop) {
  const auto& word = options.names.at(1);
  Restore restore;
  restore.place = backup_at(options.names.at(2));
  BW_TRY_ASSIGN(auto looked, look_at_volumes(session, false, stop));
  BW_TRY_ASSIGN(const auto named, volumes_named(word, looked.volumes));
  BW_TRY(choose(restore, named, word.find('/') != std::string::npos, listings));
  BW_TRY(check_directories(restore, looked.fleet));
  // A box that lacks a volume, or that a person suspended, is not started; it may be wanted
  // running.
  BW_TRY_ASSIGN(const bool suspended, is_suspended(session, restore.set.box));
  BW_TRY(check_at_rest(session, restore.set, looked.fleet, suspended || has_lost(restore.set)));
  restore.starts = starts_of(looked.fleet, {restore.set.uid});
  BW_TRY_ASSIGN(restore.image,
                helper_image(session, options.helper_image, {restore.set}, looked.fleet, stop));
  return restore;
}

/// Those that are there are looked into before a lost one is made.
Status check_present(Session& session, const Restore& restore, const std::stop_token& stop) {
  std::vector<state::Mount> mounts;
  for (const auto& volume : restore.set.volumes) {
    if (volume.use == VolumeUse::Lost) continue;
    mounts.push_back({volume.name, mount_path(kWriteBelow, volume.key)});
  }
  if (mounts.empty() || !has_lost(restore.set)) return {};
  BW_TRY_ASSIGN(const auto helper,
                make_helper(session, restore.set.box, restore.image, mounts, stop));
  BW_TRY_ASSIGN(const auto before, list_at(session.engine(), helper->id(), kWriteBelow, stop));
  BW_TRY(check_empty(before, restore.set.box));
  return helper->remove();
}

Status fill(Session& session, const Options& options, const Restore& restore,
            const Attempt& attempt, const std::stop_token& stop) {
  if (!options.merge) BW_TRY(check_present(session, restore, stop));
  auto& engine = session.engine();
  BW_TRY(make_lost_volumes(engine, session.installation(), restore.set, attempt, stop));
  std::vector<state::Mount> mounts;
  for (const auto& volume : restore.set.volumes)
    mounts.push_back({volume.name, mount_path(kWriteBelow, volume.key)});
  BW_TRY_ASSIGN(const auto helper,
                make_helper(session, restore.set.box, restore.image, mounts, stop));
  BW_TRY_ASSIGN(const auto before, list_at(engine, helper->id(), kWriteBelow, stop));
  if (!options.merge) BW_TRY(check_empty(before, restore.set.box));
  BW_TRY_ASSIGN(const auto reader, ZstdReader::open(restore.place.archive));
  // Volumes that were not chosen land in the helper's own files, and go with it.
  BW_TRY(write_volumes(engine, helper->id(), [&reader] { return reader->next(); }, stop));
  BW_TRY_ASSIGN(auto found, list_at(engine, helper->id(), kWriteBelow, stop));
  std::erase_if(found, [&](const auto& item) { return !restore.wanted.contains(item.first); });
  BW_TRY(compare_listings(restore.wanted, found, options.merge));
  BW_TRY(helper->remove());
  BW_TRY_ASSIGN(const auto fleet, session.engine().observe_fleet(session.installation(), stop));
  if (starts_of(fleet, {restore.set.uid}) == restore.starts) return {};
  return fail(ErrorCode::Conflict, RetryClass::Terminal,
              "box {} was started while it was restored: what it has now is not to be relied on",
              restore.set.box.str());
}

/// A box that lacked a volume must not start on a part of it: what was made goes again, or the box
/// is left suspended.
Status restore_now(Session& session, const Options& options, const Restore& restore,
                   QuietBoxes& quiet, const std::stop_token& stop) {
  const Attempt attempt{random_hex(session.random())};
  const auto filled = fill(session, options, restore, attempt, stop);
  if (filled || !has_lost(restore.set)) return filled;
  const auto removed = remove_made_volumes(session.engine(), session.installation(), attempt);
  if (removed) return filled;
  auto error = filled.error();
  error.message += fmt::format(
      "; a volume that was made for this may not be whole, and could not be removed again: {}; box "
      "{} "
      "stays suspended: `boxwright volume restore {} {} --merge` fills the volume, and `boxwright "
      "resume {}` starts the box",
      removed.error().message, restore.set.box.str(), options.names.at(1), options.names.at(2),
      restore.set.box.str());
  if (auto left = quiet.leave_suspended(); !left) error.message += "; " + left.error().message;
  return tl::unexpected(std::move(error));
}

Result<VolumeListings> listings_of(const Options& options, const BackupPlace& place) {
  BW_TRY_ASSIGN(const auto manifest, read_manifest(place));
  if (!manifest && !options.yes && std::filesystem::exists(place.archive)) {
    return fail(ErrorCode::NotFound, RetryClass::Terminal,
                "there is no {}, and without the digest file nobody can tell whether {} is whole; "
                "bring it along, or say --yes to restore what can be read",
                place.manifest.string(), place.archive.string());
  }
  if (manifest && manifest->running) {
    put_err(fmt::format("boxwright: this backup was taken at {} while box {} ran\n",
                        to_rfc3339(manifest->taken_at), printable(manifest->box.str())));
  }
  return check_backup(place, manifest);
}

void say_dry(const Restore& restore) {
  for (const auto& volume : restore.set.volumes) {
    const auto& listing = restore.wanted.at(volume.key);
    put_err(fmt::format("would restore {} of {} into volume {} ({})\n",
                        count_of(listing.files, "file", "files"), size_text(listing.bytes),
                        printable(volume.name.str()),
                        volume.use == VolumeUse::Lost ? "lost: it is made anew"
                                                      : std::string{to_string(volume.use)}));
  }
}

Result<Restore> run_restore(Session& session, const Options& options, const std::stop_token& stop) {
  BW_TRY_ASSIGN(const auto listings, listings_of(options, backup_at(options.names.at(2))));
  if (options.dry_run) {
    BW_TRY(session.open_for_reading());
    return plan_restore(session, options, listings, stop);
  }
  BW_TRY_ASSIGN(const bool alone, open_for_volumes(session, "volume restore", stop));
  BW_TRY_ASSIGN(const auto first, plan_restore(session, options, listings, stop));
  BW_TRY_ASSIGN(const auto quiet, QuietBoxes::begin(session, alone, {first.set.box}, stop));
  BW_TRY_ASSIGN(auto restore, plan_restore(session, options, listings, stop));
  BW_TRY(restore_now(session, options, restore, *quiet, stop));
  BW_TRY(quiet->end());
  return restore;
}

}  // namespace

int restore_volumes(const Options& options, const std::stop_token& stop) {
  Session session(options);
  const auto restore = run_restore(session, options, stop);
  if (!restore) return say_error(restore.error());
  say_listings(options, "restore", restore->set.box, restore->wanted);
  if (options.dry_run) {
    say_dry(*restore);
  } else {
    put_err(fmt::format("restored and compared: box {} has what {} holds\n",
                        printable(restore->set.box.str()),
                        printable(restore->place.archive.string())));
  }
  return kOk;
}

}  // namespace boxwright::cli
