#include "tests/chaos/play.h"

#include <fmt/core.h>
#include <fmt/ostream.h>

#include <stdexcept>

#include "tests/chaos/disturbance.h"
#include "tests/chaos/ending.h"

namespace boxwright::chaos {

namespace {

using test::Fate;
using Clock = std::chrono::steady_clock;

class Play {
 public:
  Play(const Settings& settings, std::ostream& log)
      : settings_(settings),
        chance_(settings.seed),
        stage_(settings.boxwright),
        declared_(stage_.files(), settings.boxes),
        turn_{stage_, declared_, chance_, log},
        log_(log) {}

  Outcome run();

 private:
  void begin();
  void round();
  void maybe_arm();
  void tick();
  void rest();

  const Settings& settings_;
  Chance chance_;
  Stage stage_;
  Declared declared_;
  Data data_;
  Turn turn_;
  std::ostream& log_;
  Outcome outcome_;
};

void Play::begin() {
  import_images(stage_);
  stage_.start_controller();
  const Calm calm = calm_down(stage_, declared_, data_, settings_.patience, log_);
  if (!calm.wrong.empty()) throw std::runtime_error("the play cannot begin:\n" + calm.wrong);
  data_.put(stage_, declared_.names(), chance_);
  outcome_.files = data_.count();
}

/// Now and then the controller is killed at one of the next calls that change something, or loses
/// the answer to it.
void Play::maybe_arm() {
  if (!chance_.one_in(2)) return;
  static const std::vector<Fate> kFates = {Fate::Vanish, Fate::Abandon, Fate::LoseReply};
  Failpoint failpoint;
  failpoint.calls = chance_.between(1, 8);
  failpoint.fate = chance_.one_of(kFates);
  failpoint.kills = !chance_.one_in(4);
  fmt::print(log_, "  {} at call {}, fate {}\n", failpoint.kills ? "a kill" : "a fault",
             failpoint.calls, static_cast<int>(failpoint.fate));
  stage_.arm(failpoint);
}

/// What is away for some rounds comes back.
void Play::tick() {
  if (turn_.source_back > 0 && --turn_.source_back == 0) stage_.mount_source();
  if (turn_.disk_back > 0 && --turn_.disk_back == 0) stage_.free_disk();
}

void Play::round() {
  fmt::print(log_, "round {}\n", outcome_.rounds);
  maybe_arm();
  for (int i = chance_.between(1, 2); i > 0; --i)
    happen_one_of(edits(), turn_);
  for (int i = chance_.between(0, 2); i > 0; --i)
    happen_one_of(hands(), turn_);
  if (chance_.one_in(4)) happen_one_of(orders(), turn_);
  pause_for(chance_.between(0, 1'500));
  if (chance_.one_in(2)) happen_one_of(outages(), turn_);
  for (int i = chance_.between(0, 1); i > 0; --i)
    happen_one_of(hands(), turn_);
  pause_for(chance_.between(0, 1'500));
  // Left dead for a round now and then, so that hands find boxes that nobody watches.
  if (!stage_.controller_runs() && !chance_.one_in(5)) stage_.start_controller();
  tick();
  outcome_.wrong = wrong_now(stage_, data_);
}

void Play::rest() {
  fmt::print(log_, "calm after round {}\n", outcome_.rounds);
  turn_.source_back = turn_.disk_back = 0;
  stage_.disarm();
  stage_.mount_source();
  stage_.free_disk();
  give_images_back(stage_);
  declared_.mend();
  for (const auto& name : declared_.names())
    declared_.write(name, chance_);
  if (!stage_.controller_runs()) stage_.start_controller();
  for (const auto& name : declared_.names())
    (void)stage_.run({"resume", name, "--timeout", "20s"});
  (void)stage_.run({"rollout", "--resume", "chaos", "--timeout", "20s"});
  const Calm calm = calm_down(stage_, declared_, data_, settings_.patience, log_);
  fmt::print(log_, "at rest after {} ms\n", calm.took.count());
  outcome_.wrong = calm.wrong;
  outcome_.asked_again += calm.asked_again;
  outcome_.slowest_calm = std::max(outcome_.slowest_calm, calm.took);
}

Outcome Play::run() {
  begin();
  const auto began = Clock::now();
  const auto may_go_on = [&] {
    const bool late = settings_.longest.count() > 0 && Clock::now() - began > settings_.longest;
    return outcome_.rounds < settings_.rounds && !late && outcome_.wrong.empty();
  };
  while (may_go_on()) {
    ++outcome_.rounds;
    round();
    const bool is_due = outcome_.rounds % settings_.calm_every == 0;
    if (outcome_.wrong.empty() && is_due) rest();
  }
  if (outcome_.wrong.empty()) rest();
  outcome_.failpoints = stage_.hits();
  if (!outcome_.wrong.empty()) {
    fmt::print(log_, "WRONG in round {}:\n{}{}\n{}\n", outcome_.rounds, outcome_.wrong,
               stage_.log(), stage_.engine().log());
  }
  return outcome_;
}

}  // namespace

Outcome play(const Settings& settings, std::ostream& log) {
  Play one(settings, log);
  return one.run();
}

void tell(const Settings& settings, const Outcome& outcome, std::ostream& out) {
  fmt::print(out,
             "seed {}: {} rounds over {} boxes and {} files, the controller hit at {} calls\n"
             "slowest return to rest {:.1f} s; boxes asked for again {}\n{}",
             settings.seed, outcome.rounds, settings.boxes, outcome.files, outcome.failpoints,
             static_cast<double>(outcome.slowest_calm.count()) / 1000, outcome.asked_again,
             outcome.wrong.empty() ? "all as declared, every file as it was\n"
                                   : "WRONG:\n" + outcome.wrong);
}

}  // namespace boxwright::chaos
