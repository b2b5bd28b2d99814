#pragma once
// What a replacement costs beside the same calls made bare.

#include <vector>

#include "tests/benchmark/bench.h"

namespace boxwright::benchmark {

/// How long a box is down while it is replaced: from the end of the old container's process to the
/// start of the new one's, by the engine's own events.
void measure_downtime(const Settings& settings, test::Dockerd& engine, const Bench& bench,
                      std::vector<Row>& rows);
/// A change of every box, each replaced in its turn.
void measure_rolling_change(const Settings& settings, test::Dockerd& engine, const Bench& bench,
                            std::vector<Row>& rows);

}  // namespace boxwright::benchmark
