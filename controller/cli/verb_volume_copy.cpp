// volume copy: the data of one box into another's volumes, both at rest, compared afterwards.

#include <fmt/core.h>

#include "controller/cli/exit_codes.h"
#include "controller/cli/quiet_boxes.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verb_volume.h"
#include "controller/cli/verbs.h"
#include "controller/cli/volume_transfer.h"
#include "controller/cli/volume_work.h"
#include "controller/cli/yaml_text.h"

namespace boxwright::cli {

namespace {

struct Copy {
  VolumeSet from;
  VolumeSet to;
  std::vector<VolumePair> pairs;
  std::string starts;  ///< Of both boxes' containers, before.
  state::ImageConfig image;
};

Status check_there(const VolumeSet& set) {
  for (const auto& volume : set.volumes) {
    if (volume.use != VolumeUse::Lost) continue;
    return fail(ErrorCode::NotFound, RetryClass::Terminal,
                "volume {} of box {} is lost: there is nothing to copy from or to; restore it from "
                "a backup, or `boxwright accept {} --empty {}`",
                volume.name.str(), set.box.str(), set.box.str(), volume.key);
  }
  return {};
}

Result<Copy> plan_copy(Session& session, const Options& options, const std::stop_token& stop) {
  Copy copy;
  BW_TRY_ASSIGN(const auto looked, look_at_volumes(session, false, stop));
  BW_TRY_ASSIGN(copy.from, volumes_named(options.names.at(1), looked.volumes));
  BW_TRY_ASSIGN(copy.to, volumes_named(options.names.at(2), looked.volumes));
  BW_TRY_ASSIGN(copy.pairs, pair_volumes(copy.from, copy.to));
  for (const auto& pair : copy.pairs) {
    if (pair.from.name != pair.to.name) continue;
    return fail(ErrorCode::Conflict, RetryClass::Terminal, "volume {} cannot be copied onto itself",
                pair.from.name.str());
  }
  for (const auto* set : {&copy.from, &copy.to}) {
    BW_TRY(check_there(*set));
    BW_TRY(check_at_rest(session, *set, looked.fleet));
  }
  copy.starts = starts_of(looked.fleet, {copy.from.uid, copy.to.uid});
  BW_TRY_ASSIGN(copy.image, helper_image(session, options.helper_image, {copy.to, copy.from},
                                         looked.fleet, stop));
  return copy;
}

/// Nothing of either box ran since it was planned.
Status check_undisturbed(Session& session, const Copy& copy, const std::stop_token& stop) {
  BW_TRY_ASSIGN(const auto fleet, session.engine().observe_fleet(session.installation(), stop));
  if (starts_of(fleet, {copy.from.uid, copy.to.uid}) == copy.starts) return {};
  return fail(ErrorCode::Conflict, RetryClass::Terminal,
              "box {} or box {} was started while it was copied: the copy is not to be relied on",
              copy.from.box.str(), copy.to.box.str());
}

Result<VolumeListings> copy_now(Session& session, const Options& options, const Copy& copy,
                                const std::stop_token& stop) {
  std::vector<state::Mount> sources;
  std::vector<state::Mount> targets;
  for (const auto& pair : copy.pairs) {
    sources.push_back({pair.from.name, mount_path(kReadBelow, pair.to.key)});
    targets.push_back({pair.to.name, mount_path(kWriteBelow, pair.to.key)});
  }
  BW_TRY_ASSIGN(const auto from, make_helper(session, copy.from.box, copy.image, sources, stop));
  BW_TRY_ASSIGN(const auto to, make_helper(session, copy.to.box, copy.image, targets, stop));
  auto& engine = session.engine();
  BW_TRY_ASSIGN(const auto before, list_at(engine, to->id(), kWriteBelow, stop));
  if (!options.merge) BW_TRY(check_empty(before, copy.to.box));
  BW_TRY_ASSIGN(auto sent, copy_volumes(engine, from->id(), to->id(), stop));
  BW_TRY_ASSIGN(const auto found, list_at(engine, to->id(), kWriteBelow, stop));
  BW_TRY(compare_listings(sent, found, options.merge));
  // The source is read once more: what changed meanwhile was copied from somewhere in between.
  BW_TRY_ASSIGN(const auto source, list_at(engine, from->id(), kReadBelow, stop));
  BW_TRY(compare_listings(sent, source, false));
  BW_TRY(from->remove());
  BW_TRY(to->remove());
  return sent;
}

Result<VolumeListings> run_copy(Session& session, const Options& options,
                                const std::stop_token& stop) {
  BW_TRY_ASSIGN(const bool alone, open_for_volumes(session, "volume copy", stop));
  // Asked before anything is suspended: most mistakes are in the words.
  BW_TRY_ASSIGN(const auto first, plan_copy(session, options, stop));
  BW_TRY_ASSIGN(const auto quiet,
                QuietBoxes::begin(session, alone, {first.from.box, first.to.box}, stop));
  BW_TRY_ASSIGN(const auto copy, plan_copy(session, options, stop));
  BW_TRY_ASSIGN(auto sent, copy_now(session, options, copy, stop));
  BW_TRY(check_undisturbed(session, copy, stop));
  BW_TRY(quiet->end());
  return sent;
}

}  // namespace

int copy_volume(const Options& options, const std::stop_token& stop) {
  Session session(options);
  const auto sent = run_copy(session, options, stop);
  if (!sent) return say_error(sent.error());
  const auto name = options.names.at(2).substr(0, options.names.at(2).find('/'));
  say_listings(options, "copy", BoxName{name}, *sent);
  put_err(fmt::format("copied and compared: {} is in {} as it was\n",
                      printable(options.names.at(1)), printable(options.names.at(2))));
  return kOk;
}

}  // namespace boxwright::cli
