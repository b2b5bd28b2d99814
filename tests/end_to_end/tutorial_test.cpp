// docs/tutorial.md, every shell line of it, in one shell.

#include <fmt/core.h>

#include <sstream>

#include "tests/end_to_end/harness.h"

namespace boxwright::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

class Tutorial : public EndToEnd {
 protected:
  /// The lines of all blocks that are marked `sh`.
  static std::string shell_lines() {
    std::istringstream page(read_text(BOXWRIGHT_TUTORIAL));
    std::string lines;
    std::string line;
    bool inside = false;
    while (std::getline(page, line)) {
      if (line.starts_with("```")) {
        inside = line == "```sh";
      } else if (inside) {
        lines += line + "\n";
      }
    }
    return lines;
  }
  /// The page names the places of a machine of one's own; a test has others.
  [[nodiscard]] std::string script() const {
    std::string lines = shell_lines();
    const std::string place = "/var/lib/boxwright/";
    for (auto at = lines.find(place); at != std::string::npos; at = lines.find(place, at))
      lines.replace(at, place.size(), state_file().parent_path().string() + "/");
    return fmt::format("set -euxo pipefail\nexport PATH={}:$PATH\ncd {}\n",
                       (root() / "bin").string(), (root() / "work").string()) +
           lines;
  }
  void put_boxwright_in_path() const {
    fs::create_directories(root() / "bin");
    write_file(root() / "bin" / "boxwright", fmt::format("#!/bin/sh\nexec {} --state {} \"$@\"\n",
                                                         BOXWRIGHT_BINARY, state_file().string()));
    fs::permissions(root() / "bin" / "boxwright", fs::perms::owner_all);
  }
  static void make_image() {
    engine().import_image("boxwright-quickstart:1",
                          {.files = {{.path = "usr/local/bin/box-start",
                                      .content = "#!/bin/sh\nexec httpd -f -p 8080 -h /www\n",
                                      .mode = 0755}}});
  }
};

TEST_F(Tutorial, EveryLineOfItWorks) {
  make_image();
  put_boxwright_in_path();
  fs::create_directories(root() / "work");
  write_file(root() / "tutorial.sh", script());
  ASSERT_NE(read_text(root() / "tutorial.sh").find("boxwright apply"), std::string::npos);
  Child shell({{"bash", (root() / "tutorial.sh").string()},
               root() / "tutorial.out",
               root() / "tutorial.err",
               {"DOCKER_HOST=" + engine().endpoint()}});
  EXPECT_EQ(shell.wait(seconds(180)), 0) << read_text(root() / "tutorial.out") << "\n"
                                         << read_text(root() / "tutorial.err");
}

}  // namespace
}  // namespace boxwright::test
