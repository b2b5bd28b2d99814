// What a test sees of the engine, asked by hand and not through the binary.

#include <fmt/core.h>

#include <algorithm>

#include "tests/end_to_end/harness.h"

namespace boxwright::test {

using nlohmann::json;

json EndToEnd::inspect(const std::string& container) {
  return json::parse(engine().must("GET", "/containers/" + container + "/json"));
}

bool EndToEnd::exists(const std::string& container) {
  return engine().call("GET", "/containers/" + container + "/json").status == 200;
}

std::string EndToEnd::id(const std::string& container) {
  return inspect(container).at("Id").get<std::string>();
}

std::string EndToEnd::identity(const std::string& container) {
  const auto reply = engine().call("GET", "/containers/" + container + "/json");
  if (reply.status != 200) return "absent";
  const auto seen = json::parse(reply.body);
  return seen.at("Id").get<std::string>() + " " +
         seen.at("State").at("StartedAt").get<std::string>();
}

std::map<std::string, std::string> EndToEnd::identities() {
  std::map<std::string, std::string> all;
  const auto list = json::parse(engine().must("GET", "/containers/json?all=1"));
  for (const auto& one : list) {
    const auto name = one.at("Names").at(0).get<std::string>().substr(1);
    if (name.starts_with("boxwright-hold-")) continue;
    all[name] = identity(name);
  }
  return all;
}

bool EndToEnd::is_running(const std::string& container) {
  const auto reply = engine().call("GET", "/containers/" + container + "/json");
  return reply.status == 200 && json::parse(reply.body).at("State").at("Status") == "running";
}

std::vector<std::string> EndToEnd::volume_names() {
  std::vector<std::string> names;
  const auto list = json::parse(engine().must("GET", "/volumes"));
  for (const auto& one : list.at("Volumes")) {
    names.push_back(one.at("Name").get<std::string>());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string EndToEnd::exec(const std::string& container, const std::vector<std::string>& words) {
  const json body = {{"Cmd", words}, {"AttachStdout", true}, {"AttachStderr", true}, {"Tty", true}};
  const auto made =
      json::parse(engine().must("POST", "/containers/" + container + "/exec", body.dump()));
  return engine().must("POST", "/exec/" + made.at("Id").get<std::string>() + "/start",
                       R"({"Detach": false, "Tty": true})");
}

std::filesystem::path EndToEnd::volume_folder(const std::string& volume) {
  return engine().data_root() / "volumes" / volume / "_data";
}

}  // namespace boxwright::test
