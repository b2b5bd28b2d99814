// version: what this is, for people and for a bug report.

#include <nlohmann/json.hpp>

#include "controller/cli/exit_codes.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verbs.h"
#include "controller/cli/yaml_text.h"
#include "controller/engine/docker/docker_engine.h"

namespace boxwright::cli {

namespace {

#ifdef __clang__
constexpr const char* kCompiler = __VERSION__;
#else
constexpr const char* kCompiler = "g++ " __VERSION__;
#endif

std::string version_json() {
  const nlohmann::json root = {
      {"apiVersion", "boxwright.dev/v1"},
      {"kind", "Version"},
      {"version", BOXWRIGHT_VERSION},
      {"compiler", kCompiler},
      {"engineApi", {{"min", docker::kOldestApi}, {"max", docker::DockerOptions{}.newest_api}}}};
  return root.dump(2) + "\n";
}

}  // namespace

int show_version(const Options& options) {
  if (options.output == "json") {
    put_out(version_json());
  } else if (options.output == "yaml") {
    put_out(yaml_from_json(version_json()));
  } else {
    put_out("boxwright " BOXWRIGHT_VERSION "\n");
  }
  return kOk;
}

}  // namespace boxwright::cli
