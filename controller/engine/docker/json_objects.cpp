// Images, volumes, networks, and the engine's facts about itself.

#include <algorithm>

#include "controller/engine/docker/json_access.h"
#include "controller/engine/docker/json_parts.h"
#include "controller/engine/docker/json_read.h"
#include "state/ownership.h"

namespace boxwright::docker {

std::map<std::string, std::string> read_env(const Fields& config) {
  std::map<std::string, std::string> env;
  for (const std::string& entry : config.texts("Env")) {
    const std::size_t equals = entry.find('=');
    env[entry.substr(0, equals)] = equals == std::string::npos ? "" : entry.substr(equals + 1);
  }
  return env;
}

state::EngineHealthCheck read_healthcheck(const Fields& config) {
  const Fields fields = config.inner("Healthcheck");
  state::EngineHealthCheck check;
  check.test = fields.texts("Test");
  check.interval = fields.nanoseconds("Interval");
  check.timeout = fields.nanoseconds("Timeout");
  check.start_period = fields.nanoseconds("StartPeriod");
  check.retries = static_cast<int>(fields.integer("Retries"));
  return check;
}

Result<state::ImageConfig> read_image(const std::string& text) {
  return read_document<state::ImageConfig>(text, [](const Fields& document) {
    const Fields config = document.inner("Config");
    state::ImageConfig image;
    image.id = ImageId{document.text("Id")};
    if (image.id.empty()) document.complain("Id", "present");
    image.labels = config.text_map("Labels");
    image.env = read_env(config);
    image.entrypoint = config.texts("Entrypoint");
    image.command = config.texts("Cmd");
    image.volumes = config.keys("Volumes");
    image.healthcheck = read_healthcheck(config);
    return image;
  });
}

Result<std::vector<state::ObservedVolume>> read_volume_list(const std::string& text) {
  return read_document<std::vector<state::ObservedVolume>>(text, [](const Fields& document) {
    std::vector<state::ObservedVolume> volumes;
    for (const Fields& item : document.items("Volumes")) {
      state::ObservedVolume volume;
      volume.name = VolumeName{item.text("Name")};
      if (volume.name.empty()) item.complain("Name", "present");
      volume.owner = state::read_owner(item.text_map("Labels"));
      volume.created_at = item.time("CreatedAt");
      // Drivers that tell no time at all leave it out; the zero time is the engine's way of saying
      // that it could not look at the directory.
      volume.directory_missing = !item.text("CreatedAt").empty() && volume.created_at < WallTime{};
      volumes.push_back(std::move(volume));
    }
    return volumes;
  });
}

Result<std::map<VolumeName, Bytes>> read_volume_sizes(const std::string& text) {
  return read_document<std::map<VolumeName, Bytes>>(text, [](const Fields& document) {
    std::map<VolumeName, Bytes> sizes;
    for (const Fields& item : document.items("Volumes")) {
      const Fields usage = item.inner("UsageData");
      if (!usage.has("Size") || usage.integer("Size") < 0) continue;
      sizes.emplace(item.text("Name"), Bytes{usage.integer("Size")});
    }
    return sizes;
  });
}

Result<std::vector<state::ObservedNetwork>> read_network_list(const std::string& text) {
  return read_items<state::ObservedNetwork>(text, [](const Fields& item) {
    state::ObservedNetwork network;
    network.id = NetworkId{item.text("Id")};
    network.name = item.text("Name");
    network.owner = state::read_owner(item.text_map("Labels"));
    if (network.id.empty()) item.complain("Id", "present");
    return network;
  });
}

Result<std::map<std::string, std::string>> read_labels(const std::string& text) {
  return read_document<std::map<std::string, std::string>>(
      text, [](const Fields& document) { return document.text_map("Labels"); });
}

Result<EngineInfo> read_info(const std::string& text) {
  return read_document<EngineInfo>(text, [](const Fields& document) {
    EngineInfo info;
    info.id = document.text("ID");
    info.data_root = document.text("DockerRootDir");
    info.cpus = static_cast<int>(document.integer("NCPU"));
    info.memory.count = document.integer("MemTotal");
    const std::string cgroup = document.text("CgroupVersion");
    info.cgroup_version = cgroup == "2" ? 2 : (cgroup == "1" ? 1 : 0);
    info.limits_swap = document.flag("SwapLimit");
    return info;
  });
}

Result<EngineVersion> read_version(const std::string& text) {
  return read_document<EngineVersion>(text, [](const Fields& document) {
    return EngineVersion{document.text("Version"), document.text("ApiVersion"),
                         document.text("MinAPIVersion")};
  });
}

Result<engine::StepReply> read_reply(const std::string& text) {
  return read_document<engine::StepReply>(text, [](const Fields& document) {
    engine::StepReply reply;
    reply.created = ContainerId{document.text("Id")};
    reply.warnings = document.texts("Warnings");
    return reply;
  });
}

Result<std::optional<int>> read_exit_code(const std::string& exec_inspect) {
  return read_document<std::optional<int>>(
      exec_inspect, [](const Fields& document) -> std::optional<int> {
        if (document.flag("Running") || !document.has("ExitCode")) return std::nullopt;
        return static_cast<int>(document.integer("ExitCode"));
      });
}

Result<Bytes> read_memory_in_use(const std::string& stats) {
  return read_document<Bytes>(stats, [](const Fields& document) {
    const Fields memory = document.inner("memory_stats");
    const Fields parts = memory.inner("stats");
    const bool cgroup1 = parts.has("total_inactive_file");
    const std::int64_t cache = parts.integer(cgroup1 ? "total_inactive_file" : "inactive_file");
    return Bytes{std::max<std::int64_t>(memory.integer("usage") - cache, 0)};
  });
}

Result<PullLine> read_pull_line(const std::string& line) {
  return read_document<PullLine>(line, [](const Fields& document) {
    PullLine out;
    out.layer = document.text("id");
    out.status = document.text("status");
    const Fields progress = document.inner("progressDetail");
    out.current = progress.integer("current");
    out.total = progress.integer("total");
    out.error = document.inner("errorDetail").text("message");
    if (out.error.empty()) out.error = document.text("error");
    return out;
  });
}

}  // namespace boxwright::docker
