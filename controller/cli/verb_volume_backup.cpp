// volume backup: a box's volumes into one compressed file, with digests beside it.

#include <fmt/core.h>

#include <algorithm>

#include "controller/cli/exit_codes.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verb_volume.h"
#include "controller/cli/verbs.h"
#include "controller/cli/volume_backup.h"
#include "controller/cli/volume_transfer.h"
#include "controller/cli/volume_work.h"
#include "controller/cli/zstd_file.h"

namespace boxwright::cli {

namespace {

struct Backup {
  VolumeSet set;
  BackupManifest manifest;
  std::string starts;  ///< Of its containers, before it was read.
  state::ImageConfig image;
};

Result<Backup> plan_backup(Session& session, const Options& options, const std::stop_token& stop) {
  Backup backup;
  BW_TRY_ASSIGN(const auto looked, look_at_volumes(session, false, stop));
  BW_TRY_ASSIGN(backup.set, volumes_named(options.names.at(1), looked.volumes));
  auto& manifest = backup.manifest;
  manifest.box = backup.set.box;
  manifest.uid = backup.set.uid;
  manifest.taken_at = looked.at;
  for (const auto& volume : backup.set.volumes) {
    if (volume.use == VolumeUse::Lost) {
      return fail(ErrorCode::NotFound, RetryClass::Terminal,
                  "volume {} of box {} is lost; back up the others one by one: `boxwright volume "
                  "backup {}/KEY ...`",
                  volume.name.str(), backup.set.box.str(), backup.set.box.str());
    }
    manifest.owner = volume.owner;
    manifest.running = manifest.running || volume.use == VolumeUse::InUse;
  }
  backup.starts = starts_of(looked.fleet, {backup.set.uid});
  BW_TRY_ASSIGN(backup.image,
                helper_image(session, options.helper_image, {backup.set}, looked.fleet, stop));
  return backup;
}

/// One that was started meanwhile ran while it was read, whatever it does now.
Status note_starts(Session& session, Backup& backup, const std::stop_token& stop) {
  BW_TRY_ASSIGN(const auto fleet, session.engine().observe_fleet(session.installation(), stop));
  if (backup.manifest.running || starts_of(fleet, {backup.set.uid}) == backup.starts) return {};
  backup.manifest.running = true;
  put_err(
      fmt::format("boxwright: box {} was started while it was read: what it wrote may be in the "
                  "backup half, or not at all\n",
                  printable(backup.set.box.str())));
  return {};
}

Error with_running_hint(Error error, const Backup& backup) {
  if (!backup.manifest.running || error.code != ErrorCode::Corrupt) return error;
  error.message +=
      fmt::format("; a file changed while it was read: say it again, or stop box {} first",
                  backup.set.box.str());
  return error;
}

Result<VolumeListings> write_backup(Session& session, Backup& backup, const BackupPlace& place,
                                    const std::stop_token& stop) {
  std::vector<state::Mount> mounts;
  for (const auto& volume : backup.set.volumes)
    mounts.push_back({volume.name, mount_path(kReadBelow, volume.key)});
  BW_TRY_ASSIGN(const auto writer, ZstdWriter::create(place.archive));
  BW_TRY_ASSIGN(const auto helper,
                make_helper(session, backup.set.box, backup.image, mounts, stop));
  auto sent = read_volumes(
      session.engine(), helper->id(),
      [&writer](std::string_view bytes) { return writer->write(bytes); }, stop);
  if (auto noted = note_starts(session, backup, stop); sent && !noted) {
    return tl::unexpected(noted.error());
  }
  if (!sent) return tl::unexpected(with_running_hint(std::move(sent).error(), backup));
  BW_TRY(helper->remove());
  BW_TRY_ASSIGN(backup.manifest.archive_digest, writer->finish());
  for (const auto& [key, listing] : *sent)
    backup.manifest.volumes[key] = listing.digest();
  // Read back from where it lies: only then is it a backup.
  BW_TRY(check_backup(place, backup.manifest));
  BW_TRY(write_manifest(place, manifest_json(backup.manifest, *sent)));
  return sent;
}

Result<VolumeListings> run_backup(Session& session, const Options& options, BackupPlace& place,
                                  const std::stop_token& stop) {
  BW_TRY(session.open_for_reading());
  BW_TRY_ASSIGN(auto backup, plan_backup(session, options, stop));
  if (backup.manifest.running) {
    put_err(
        fmt::format("boxwright: box {} runs: what it writes while it is read may be in the "
                    "backup half, or not at all; stop it first for one that is whole\n",
                    printable(backup.set.box.str())));
  }
  BW_TRY_ASSIGN(place, new_backup(options.names.at(2)));
  return write_backup(session, backup, place, stop);
}

}  // namespace

int backup_volumes(const Options& options, const std::stop_token& stop) {
  Session session(options);
  BackupPlace place;
  const auto sent = run_backup(session, options, place, stop);
  if (!sent) return say_error(sent.error());
  const auto& word = options.names.at(1);
  say_listings(options, "backup", BoxName{word.substr(0, word.find('/'))}, *sent);
  put_err(fmt::format("backed up to {}, digests in {}\n", printable(place.archive.string()),
                      printable(place.manifest.string())));
  return kOk;
}

}  // namespace boxwright::cli
