#include "tests/support/dockerd.h"

#include <fmt/core.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <thread>

namespace boxwright::test {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

/// Unix socket paths end at 107 bytes, so this is not under a test's own long folder.
fs::path make_root() {
  std::string pattern = (fs::temp_directory_path() / "bw-engine-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder for an engine");
  return pattern;
}

bool on_path(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::stringstream folders(path == nullptr ? "" : path);
  std::string folder;
  while (std::getline(folders, folder, ':')) {
    if (::access((fs::path(folder) / program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

std::string read_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

/// Files under the cgroup file systems cannot be unlinked, folders without processes can be.
void remove_cgroups(const std::string& name) {
  std::error_code ignored;
  const fs::path base = "/sys/fs/cgroup";
  std::vector<fs::path> tops = {base};
  for (const auto& entry : fs::directory_iterator(base, ignored))
    tops.push_back(entry.path());
  for (const fs::path& top : tops) {
    if (!fs::exists(top / name, ignored)) continue;
    for (const auto& inner : fs::directory_iterator(top / name, ignored)) {
      if (inner.is_directory(ignored)) ::rmdir(inner.path().c_str());
    }
    ::rmdir((top / name).c_str());
  }
}

/// A paused process cannot be ended.
void thaw_paused(const std::string& name) {
  std::error_code ignored;
  for (const auto& inner :
       fs::directory_iterator(fs::path("/sys/fs/cgroup/freezer") / name, ignored)) {
    if (inner.is_directory(ignored)) std::ofstream(inner.path() / "freezer.state") << "THAWED";
  }
  for (const auto& inner : fs::directory_iterator(fs::path("/sys/fs/cgroup") / name, ignored)) {
    if (inner.is_directory(ignored)) std::ofstream(inner.path() / "cgroup.freeze") << "0";
  }
}

bool answers(const fs::path& socket) {
  try {
    return raw_http(socket, "GET", "/_ping", "").status == 200;
  } catch (const std::runtime_error&) {
    return false;
  }
}

constexpr std::array<const char*, 40> kApplets = {
    "sh",    "httpd", "wget", "sleep", "cat",   "ls",   "echo",     "kill",   "touch", "mkdir",
    "rm",    "mv",    "cp",   "chown", "chmod", "id",   "env",      "true",   "false", "stat",
    "tail",  "head",  "grep", "ps",    "nc",    "ip",   "ln",       "printf", "test",  "dd",
    "mount", "df",    "wc",   "sed",   "cut",   "sort", "hostname", "date",   "find",  "sync"};

std::string rootfs(const ImageRecipe& recipe) {
  std::vector<TarEntry> entries = {{"bin/busybox", read_file("/bin/busybox"), 0755}};
  for (const char* applet : kApplets) {
    entries.push_back({fmt::format("bin/{}", applet), "", 0777, "busybox"});
  }
  entries.push_back({"www/healthz", "ok\n"});
  entries.push_back(
      {"etc/passwd", "root:x:0:0:root:/root:/bin/sh\ncoder:x:1000:1000::/home/coder:/bin/sh\n"});
  entries.insert(entries.end(), recipe.files.begin(), recipe.files.end());
  return make_tar(entries);
}

}  // namespace

std::string Dockerd::missing() {
  if (::geteuid() != 0) return "not root";
  for (const char* program : {"dockerd", "containerd", "docker-init", "unshare", "ip"}) {
    if (!on_path(program)) return fmt::format("{} is not installed", program);
  }
  if (!fs::exists("/bin/busybox")) return "/bin/busybox (package busybox-static) is not installed";
  return "";
}

Dockerd::Dockerd() : Dockerd(Options{}) {
}

Dockerd::Dockerd(const Options& options)
    : root_(make_root()),
      cgroup_(root_.filename().string()),
      namespaces_(std::make_unique<Namespaces>()) {
  command_line_ = fmt::format(
      "dockerd --host unix://{0}/engine.sock --data-root {0}/data --exec-root {0}/exec "
      "--pidfile {0}/pid --cgroup-parent /{1} --log-level warn",
      root_.string(), cgroup_);
  for (const std::string& flag : options.extra_flags)
    command_line_ += " " + flag;
  start();
}

Dockerd::~Dockerd() {
  thaw_paused(cgroup_);
  namespaces_.reset();
  std::error_code ignored;
  fs::remove_all(root_, ignored);
  remove_cgroups(cgroup_);
}

std::string Dockerd::endpoint() const {
  return "unix://" + socket().string();
}
fs::path Dockerd::socket() const {
  return root_ / "engine.sock";
}
fs::path Dockerd::data_root() const {
  return root_ / "data";
}

std::string Dockerd::log() const {
  const std::string text = read_file(root_ / "log");
  return text.size() > 8000 ? text.substr(text.size() - 8000) : text;
}

void Dockerd::start() {
  namespaces_->run(
      fmt::format("{} </dev/null >>{}/log 2>&1 & engine=$!", command_line_, root_.string()));
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (std::chrono::steady_clock::now() < until) {
    if (answers(socket())) return;
    if (namespaces_->run("kill -0 $engine 2>/dev/null") != 0) break;
    // Another process's socket cannot be waited for otherwise.
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  throw std::runtime_error("dockerd did not start:\n" + log());
}

void Dockerd::stop() {
  namespaces_->run("kill -TERM $engine; wait $engine; true");
}
void Dockerd::kill() {
  namespaces_->run("{ kill -CONT $engine; kill -KILL $engine; wait $engine; } 2>/dev/null; true");
}
void Dockerd::freeze() {
  namespaces_->run("kill -STOP $engine");
}
void Dockerd::thaw() {
  namespaces_->run("kill -CONT $engine");
}

RawReply Dockerd::call(const std::string& method, const std::string& path,
                       const std::string& body) {
  return raw_http(socket(), method, path, body);
}

std::string Dockerd::must(const std::string& method, const std::string& path,
                          const std::string& body) {
  const RawReply reply = call(method, path, body);
  if (reply.status < 200 || reply.status > 299) {
    throw std::runtime_error(fmt::format("{} {}: {} {}", method, path, reply.status, reply.body));
  }
  return reply.body;
}

std::string Dockerd::import_image(const std::string& tag, const ImageRecipe& recipe) {
  const std::size_t colon = tag.rfind(':');
  std::string path =
      fmt::format("/images/create?fromSrc=-&repo={}&tag={}", url_escape(tag.substr(0, colon)),
                  colon == std::string::npos ? "latest" : url_escape(tag.substr(colon + 1)));
  std::vector<std::string> changes = recipe.changes;
  changes.emplace_back("EXPOSE 8080");
  changes.push_back("CMD " + json(recipe.command).dump());
  for (const std::string& change : changes)
    path += "&changes=" + url_escape(change);

  const RawReply reply = raw_http(socket(), "POST", path, rootfs(recipe), "application/x-tar");
  if (reply.status != 200 || reply.body.find("errorDetail") != std::string::npos) {
    throw std::runtime_error("import " + tag + ": " + reply.body);
  }
  return json::parse(must("GET", fmt::format("/images/{}/json", tag))).at("Id").get<std::string>();
}

std::string Dockerd::inside(const std::string& shell_command) {
  const fs::path script = root_ / "script";
  std::ofstream(script) << shell_command << "\n";
  namespaces_->run(fmt::format("sh {0} </dev/null >{0}.out 2>&1", script.string()));
  return read_file(script.string() + ".out");
}

void Dockerd::clear() {
  for (const json& box : json::parse(must("GET", "/containers/json?all=1"))) {
    call("DELETE", fmt::format("/containers/{}?force=1&v=1", box.at("Id").get<std::string>()));
  }
  const json volumes = json::parse(must("GET", "/volumes")).at("Volumes");
  for (const json& volume : volumes) {
    call("DELETE", fmt::format("/volumes/{}?force=1", volume.at("Name").get<std::string>()));
  }
  const std::set<std::string> builtin = {"bridge", "host", "none"};
  for (const json& network : json::parse(must("GET", "/networks"))) {
    if (builtin.contains(network.at("Name").get<std::string>())) continue;
    call("DELETE", fmt::format("/networks/{}", network.at("Id").get<std::string>()));
  }
}

}  // namespace boxwright::test
