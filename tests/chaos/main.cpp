// boxwright_chaos [--seed N] [--rounds 200] [--boxes 10] [--calm-every 40]
//   [--boxwright FILE] [--log FILE]

#include <fmt/core.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <set>
#include <string>

#include "tests/chaos/play.h"

int main(int argc, char** argv) {
  boxwright::chaos::Settings settings;
  std::string log_file = "/dev/stdout";
  if (argc % 2 == 0) {
    std::cerr << "usage: boxwright_chaos [--seed N] [--rounds N] [--boxes N] [--calm-every N] "
                 "[--boxwright FILE] [--log FILE]\n";
    return 64;
  }
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string flag = argv[i];
    const std::string value = argv[i + 1];
    if (flag == "--seed") settings.seed = std::strtoull(value.c_str(), nullptr, 10);
    if (flag == "--rounds") settings.rounds = std::atoi(value.c_str());
    if (flag == "--boxes") settings.boxes = std::atoi(value.c_str());
    if (flag == "--calm-every") settings.calm_every = std::max(1, std::atoi(value.c_str()));
    if (flag == "--boxwright") settings.boxwright = value;
    if (flag == "--log") log_file = value;
    if (!std::set<std::string>{"--seed", "--rounds", "--boxes", "--calm-every", "--boxwright",
                               "--log"}
             .contains(flag)) {
      std::cerr << "boxwright_chaos: unknown flag " << flag << "\n";
      return 64;
    }
  }
  std::cout << fmt::format("seed {}, {} rounds\n", settings.seed, settings.rounds) << std::flush;
  try {
    std::ofstream log(log_file);
    log << std::unitbuf;
    const auto outcome = boxwright::chaos::play(settings, log);
    boxwright::chaos::tell(settings, outcome, std::cout);
    return outcome.wrong.empty() ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << "boxwright_chaos: " << error.what() << "\n";
    return 1;
  }
}
