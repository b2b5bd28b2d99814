// Retained data that is to go for good. Here it is decided what an order may touch and when it is
// done; a worker removes the volumes, one call each.

#include "controller/plan/purge.h"

#include <algorithm>

#include "controller/plan/fleet_draft.h"

namespace boxwright::plan {
namespace {

constexpr std::string_view kPurge = "purge:";

/// The box, if any, that has this data: its volumes are not for an order of this kind.
const state::BoxRecord* living_box(const FleetDraft& draft, const BoxUid& uid) {
  for (const auto& [name, entry] : draft.names) {
    if (entry.record && entry.record->uid == uid) {
      return &*entry.record;
    }
  }
  return nullptr;
}

const state::ObservedContainer* container_of(const FleetDraft& draft, const PurgeOrder& order) {
  const Seen* seen = draft.find_seen(order.box);
  if (seen == nullptr) {
    return nullptr;
  }
  const auto found =
      std::find_if(seen->containers.begin(), seen->containers.end(),
                   [&](const auto* container) { return container->owner.uid == order.uid; });
  return found == seen->containers.end() ? nullptr : *found;
}

/// As it is on record after the orders that were judged before; nullopt: there is none.
std::optional<state::RetainedData> retained_of(const FleetDraft& draft, const PurgeOrder& order) {
  const auto is_it = [&order](const state::RetainedData& data) { return data.uid == order.uid; };
  const auto& change = draft.decision.change;
  const auto put = std::find_if(change.put_retained.begin(), change.put_retained.end(), is_it);
  if (put != change.put_retained.end()) {
    return *put;
  }
  const auto& dropped = change.drop_retained;
  if (std::find(dropped.begin(), dropped.end(), order.uid) != dropped.end()) {
    return std::nullopt;
  }
  for (const state::RetainedData* data : draft.find_retained(order.box)) {
    if (is_it(*data)) {
      return *data;
    }
  }
  return std::nullopt;
}

void put_retained(FleetDraft& draft, state::RetainedData data) {
  auto& put = draft.decision.change.put_retained;
  std::erase_if(put, [&data](const auto& before) { return before.uid == data.uid; });
  put.push_back(std::move(data));
}

bool holds_key(const state::RetainedData& data, const std::string& key) {
  return std::find(data.keys.begin(), data.keys.end(), key) != data.keys.end();
}

/// What is known from labels alone is put on record, so that one can tell afterwards what is gone.
void put_on_record(FleetDraft& draft, const PurgeOrder& order,
                   const std::optional<state::RetainedData>& known,
                   const std::vector<const state::ObservedVolume*>& volumes) {
  state::RetainedData data;
  if (known) {
    data = *known;
  } else {
    data.name = order.box;
    data.uid = order.uid;
    data.since = draft.now();
  }
  for (const auto* volume : volumes) {
    const std::string& key = volume->owner.volume_key;
    if (!known) {
      data.owner = volume->owner.owner;
    }
    if (!key.empty() && !holds_key(data, key)) {
      data.keys.push_back(key);
    }
  }
  std::sort(data.keys.begin(), data.keys.end());
  if (data != known) {
    put_retained(draft, std::move(data));
  }
}

void tell_purged(FleetDraft& draft, const PurgeOrder& order, const std::string& message) {
  state::BoxRecord gone;
  gone.name = order.box;
  gone.uid = order.uid;
  draft.add_box_event(gone, "DataPurged", "the removal of its retained data was asked for", message,
                      order.by);
}

std::string keys_text(const std::vector<std::string>& keys) {
  std::string text;
  for (const std::string& key : keys) {
    text += (text.empty() ? "" : ", ") + key;
  }
  return text;
}

void finish_purge(FleetDraft& draft, const state::Request& request, const PurgeOrder& order,
                  const state::RetainedData& data) {
  std::vector<std::string> gone = data.keys;
  std::vector<std::string> left;
  if (!order.key.empty()) {
    std::erase_if(gone, [&](const std::string& key) { return key != order.key; });
    std::copy_if(data.keys.begin(), data.keys.end(), std::back_inserter(left),
                 [&](const std::string& key) { return key != order.key; });
  }
  auto& change = draft.decision.change;
  std::erase_if(change.put_retained, [&data](const auto& put) { return put.uid == data.uid; });
  change.drop_retained.push_back(data.uid);
  if (!left.empty()) {
    state::RetainedData rest = data;
    rest.keys = left;
    put_retained(draft, std::move(rest));
  }
  const std::string message = fmt::format("the retained data of box {} ({}) is gone for good",
                                          order.box.str(), keys_text(gone));
  tell_purged(draft, order, message);
  draft.finish(request, "done", message);
}

void judge_purge(FleetDraft& draft, const state::Request& request, const PurgeOrder& order) {
  const std::string& name = order.box.str();
  if (const auto* box = living_box(draft, order.uid); box != nullptr) {
    draft.finish(request, "failed",
                 fmt::format("this is the data of box {0}, which is not removed; nothing was "
                             "touched; `boxwright delete {0} --volumes` removes box and data",
                             box->name.str()));
    return;
  }
  if (const auto* container = container_of(draft, order); container != nullptr) {
    draft.finish(request, "failed",
                 fmt::format("container {} still belongs to this data; nothing was touched; "
                             "`boxwright delete {}` removes it first",
                             container->name, name));
    return;
  }
  const auto data = retained_of(draft, order);
  // Whichever key the order is for.
  const auto volumes = volumes_of(order.uid, draft.find_seen(order.box));
  const bool any_left = std::any_of(volumes.begin(), volumes.end(), [&](const auto* volume) {
    return order.key.empty() || volume->owner.volume_key == order.key;
  });
  if (!any_left && !data) {
    draft.finish(request, "failed",
                 fmt::format("no data of a removed box {} with UID {} is retained; see `boxwright "
                             "volumes --retained`",
                             name, order.uid.str()));
    return;
  }
  if (!any_left && !order.key.empty() && !holds_key(*data, order.key)) {
    draft.finish(
        request, "failed",
        fmt::format("the retained data of box {} has no volume {}: it never had, or that is "
                    "gone already; see `boxwright volumes {}`",
                    name, order.key, name));
    return;
  }
  if (!any_left) {
    finish_purge(draft, request, order, *data);
    return;
  }
  put_on_record(draft, order, data, volumes);
  draft.purges.insert(order.uid);
}

}  // namespace

std::string purge_argument(const BoxUid& uid, const std::string& key) {
  return std::string(kPurge) + uid.str() + (key.empty() ? "" : "/" + key);
}

std::optional<PurgeOrder> read_purge(const state::Request& request) {
  if (request.verb != state::Request::Verb::Grant || !is_open(request) ||
      !request.argument.starts_with(kPurge)) {
    return std::nullopt;
  }
  const std::string what = request.argument.substr(kPurge.size());
  const auto slash = what.find('/');
  PurgeOrder order;
  order.id = request.id;
  order.box = BoxName(request.subject);
  order.uid = BoxUid(what.substr(0, slash));
  order.by = request.by;
  if (slash != std::string::npos) {
    order.key = what.substr(slash + 1);
  }
  // Nobody's data carries no UID, and an empty key would mean all of it.
  const bool cut_short = order.uid.empty() || (slash != std::string::npos && order.key.empty());
  return cut_short ? std::nullopt : std::optional(order);
}

bool has_purge(const BoxName& box, const std::vector<state::Request>& requests) {
  return std::any_of(requests.begin(), requests.end(), [&box](const state::Request& request) {
    return request.subject == box.str() && read_purge(request).has_value();
  });
}

std::vector<VolumeName> purge_targets(const PurgeOrder& order, const Installation& installation,
                                      const std::vector<state::ObservedVolume>& volumes) {
  std::vector<VolumeName> names;
  for (const state::ObservedVolume& volume : volumes) {
    const state::OwnerLabels& owner = volume.owner;
    const bool of_it =
        owner.installation == installation && owner.uid == order.uid && owner.box == order.box;
    if (of_it && (order.key.empty() || owner.volume_key == order.key)) {
      names.push_back(volume.name);
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

void judge_purges(FleetDraft& draft) {
  for (const state::Request* request : draft.requests) {
    if (request->verb != state::Request::Verb::Grant || !is_open(*request)) {
      continue;
    }
    const auto order = read_purge(*request);
    if (!order) {
      draft.finish(
          *request, "failed",
          fmt::format("a grant is `purge:UID` or `purge:UID/KEY`, and not `{}`; nothing was "
                      "touched",
                      request->argument));
    } else if (draft.input->observed != nullptr) {
      judge_purge(draft, *request, *order);
    }
  }
}

}  // namespace boxwright::plan
