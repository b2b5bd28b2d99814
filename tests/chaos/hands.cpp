#include <fmt/core.h>
#include <fmt/ostream.h>
#include <poll.h>

#include "tests/chaos/disturbance.h"

namespace boxwright::chaos {

namespace {

/// By name, of what may not be there: whatever the answer is, it is no failure of the play.
void ask(Turn& turn, const std::string& method, const std::string& path,
         const std::string& body = "") {
  const int status = turn.stage.engine().call(method, path, body).status;
  fmt::print(turn.log, "    {} {} -> {}\n", method, path, status);
}

/// A box's container; now and then its candidate, or the one that is aside.
std::string any_container(Turn& turn) {
  static const std::vector<std::string> kSuffixes = {"", "", "", "", ".next", ".prev"};
  const auto& suffix = turn.chance.one_of(kSuffixes);
  return "/containers/box-" + turn.any_box() + suffix;
}

void change_limits(Turn& turn) {
  ask(turn, "POST", any_container(turn) + "/update",
      R"({"Memory": 100000000, "MemorySwap": 200000000, "NanoCpus": 300000000,
          "RestartPolicy": {"Name": "always"}})");
}
void stop(Turn& turn) {
  ask(turn, "POST", any_container(turn) + "/stop?t=1");
}
void kill(Turn& turn) {
  ask(turn, "POST", any_container(turn) + "/kill");
}
void pause(Turn& turn) {
  ask(turn, "POST", any_container(turn) + "/pause");
}
void remove(Turn& turn) {
  ask(turn, "DELETE", any_container(turn) + "?force=1");
}
void rename(Turn& turn) {
  ask(turn, "POST", any_container(turn) + fmt::format("/rename?name=odd-{}", turn.any_box()));
}
void restart(Turn& turn) {
  ask(turn, "POST", any_container(turn) + "/restart?t=1");
}

void disconnect(Turn& turn) {
  ask(turn, "POST", "/networks/traefik-public/disconnect",
      fmt::format(R"({{"Container": "box-{}", "Force": true}})", turn.any_box()));
}

void remove_network(Turn& turn) {
  for (const auto& name : turn.declared.names()) {
    turn.stage.engine().call("POST", "/networks/traefik-public/disconnect",
                             fmt::format(R"({{"Container": "box-{}", "Force": true}})", name));
  }
  ask(turn, "DELETE", "/networks/traefik-public");
}

void untag(Turn& turn) {
  ask(turn, "DELETE", turn.chance.one_in(2) ? "/images/bb:1?force=1" : "/images/bb:2?force=1");
}
void tag(Turn& turn) {
  give_images_back(turn.stage);
}

}  // namespace

const std::vector<Disturbance>& hands() {
  static const std::vector<Disturbance> kHands = {{"a hand changes limits", 3, change_limits},
                                                  {"a hand stops", 3, stop},
                                                  {"a hand kills", 3, kill},
                                                  {"a hand pauses", 2, pause},
                                                  {"a hand removes", 3, remove},
                                                  {"a hand renames", 2, rename},
                                                  {"a hand restarts", 1, restart},
                                                  {"a hand disconnects", 2, disconnect},
                                                  {"a hand removes the network", 1, remove_network},
                                                  {"a hand untags an image", 2, untag},
                                                  {"a hand tags the images", 2, tag}};
  return kHands;
}

void happen_one_of(const std::vector<Disturbance>& list, Turn& turn) {
  int all = 0;
  for (const auto& one : list)
    all += one.weight;
  int left = turn.chance.between(1, all);
  for (const auto& one : list) {
    left -= one.weight;
    if (left > 0) continue;
    fmt::print(turn.log, "  {}\n", one.name);
    one.happen(turn);
    return;
  }
}

void import_images(Stage& stage) {
  for (const char* version : {"1", "2"}) {
    test::ImageRecipe recipe;
    recipe.files = {{.path = "www/version", .content = version}};
    stage.engine().import_image(fmt::format("kept:{}", version), recipe);
  }
  give_images_back(stage);
}

void give_images_back(Stage& stage) {
  for (const char* version : {"1", "2"}) {
    stage.engine().must("POST",
                        fmt::format("/images/kept:{}/tag?repo=bb&tag={}", version, version));
  }
}

void pause_for(int milliseconds) {
  ::poll(nullptr, 0, milliseconds);
}

}  // namespace boxwright::chaos
