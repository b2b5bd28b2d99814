#include "tests/simulation/world_digest.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <vector>

#include "state/ownership.h"
#include "tests/simulation/truth.h"

namespace boxwright::test {

namespace {

/// What is older than this behaves like any other old thing.
constexpr Duration kOld{60'000};

std::int64_t age(MonoTime since, MonoTime now) {
  return std::min(std::chrono::duration_cast<Duration>(now - since), kOld).count();
}

std::string labels_text(const std::map<std::string, std::string>& labels) {
  std::string text;
  for (const auto& [key, value] : labels) {
    const bool is_by_chance = key == state::kLabelUid || key == state::kLabelAttempt;
    text += is_by_chance ? key + ";" : key + "=" + value + ";";
  }
  return text;
}

std::string container_text(const ModelContainer& one, MonoTime now) {
  std::string text = fmt::format(
      "{} {} {} {} exit {} restarts {} probes {} since {} by hand {} policy {} image {} ", one.name,
      to_string(one.state), static_cast<int>(one.health), one.config.image, one.exit_code,
      one.restart_count, one.failed_probes, one.has_process() ? age(one.running_since, now) : -1,
      one.stopped_by_person, static_cast<int>(one.config.restart), one.image_id.str());
  const auto& limits = one.config.limits;
  text += fmt::format("{} {} {} {} ", limits.cpus.count, limits.memory.count,
                      limits.memory_swap.count, limits.pids);
  for (const auto& mount : one.config.mounts)
    text += mount.volume.str() + ":" + mount.target + " ";
  for (const auto& attachment : one.attachments)
    text += attachment.network + (attachment.has_address ? "+ " : "- ");
  for (const auto& [path, bytes] : one.layer)
    text += path + "=" + bytes + " ";
  return text + labels_text(one.config.labels);
}

void add_engine(Digest& digest, World& world, const Ledger& ledger) {
  const auto& model = truth_of(world);
  const auto now = world.clock.mono_now();
  std::vector<std::string> lines;
  for (const auto& [id, one] : model.containers()) {
    lines.push_back(container_text(one, now) + (ledger.foreign.contains(id) ? "foreign" : ""));
  }
  for (const auto& [name, volume] : model.volumes()) {
    std::string text = name.str() + (volume.directory_missing ? " lost " : " ");
    for (const auto& [file, bytes] : volume.directory.files)
      text += file + "=" + bytes + " ";
    lines.push_back(text + labels_text(volume.labels));
  }
  for (const auto& [id, network] : model.networks())
    lines.push_back("network " + network.name);
  std::ranges::sort(lines);
  for (const auto& line : lines)
    digest.add(line);
}

void add_record(Digest& digest, const state::BoxRecord& record, const DockerModel& model) {
  digest.add(fmt::format(
      "{} {} {} gen {} expects {} rollback {} verdict {}", record.name.str(), record.source.str(),
      record.problem, record.generation, fmt::join(record.expected_volumes, ","),
      record.rollback ? record.rollback->to : "", record.verdict ? record.verdict->reason : ""));
  std::vector<std::string> known;
  for (const auto& one : record.containers) {
    const auto* found = model.find(one.id.str());
    known.push_back(fmt::format("{} {} {} {}", found == nullptr ? "gone" : found->name,
                                one.spec_hash, one.proven, one.id.empty()));
  }
  std::ranges::sort(known);
  for (const auto& line : known)
    digest.add(line);
  if (!record.tombstone) return;
  const auto& stone = *record.tombstone;
  digest.add(fmt::format("tombstone {} {} {} {}", static_cast<int>(stone.kind), stone.confirmed,
                         stone.remove_volumes, stone.blocked));
}

void add_store(Digest& digest, World& world) {
  const auto boxes = world.store->boxes();
  for (const auto& record : *boxes)
    add_record(digest, record, truth_of(world));
  const auto sources = world.store->sources();
  for (const auto& source : *sources) {
    digest.add(fmt::format("{} {} {} {}", source.name.str(), source.error, source.moved_to,
                           source.prune_message));
  }
  const auto retained = world.store->retained();
  for (const auto& data : *retained)
    digest.add(data.name.str() + " retained");
  const auto statuses = world.store->statuses();
  for (const auto& status : *statuses) {
    for (const auto& one : status.conditions) {
      digest.add(fmt::format("{} {} {}", one.type, static_cast<int>(one.status), one.reason));
    }
  }
}

void add_orders(Digest& digest, World& world) {
  const auto requests = world.desired.requests();
  for (const auto& one : *requests)
    digest.add(fmt::format("{} {} {}", to_string(one.verb), one.subject, one.state));
  const auto deletions = world.desired.deletions();
  for (const auto& one : *deletions)
    digest.add(fmt::format("delete {} {}", one.name.str(), one.state));
}

}  // namespace

void Digest::add(std::string_view word) {
  constexpr std::uint64_t kPrime = 1099511628211ULL;
  for (const char one : word)
    value_ = (value_ ^ static_cast<unsigned char>(one)) * kPrime;
  value_ = (value_ ^ 0xffU) * kPrime;
}

void Digest::add(std::uint64_t number) {
  add(std::to_string(number));
}

std::uint64_t digest_of(World& world, const Ledger& ledger) {
  Digest digest;
  add_engine(digest, world, ledger);
  add_store(digest, world);
  add_orders(digest, world);
  return digest.value();
}

}  // namespace boxwright::test
