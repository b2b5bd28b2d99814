#pragma once
// The same engine calls that Boxwright makes, made bare: what a benchmark is compared with.

#include <string>
#include <vector>

#include "tests/support/dockerd.h"

namespace boxwright::benchmark {

inline constexpr const char* kImage = "bench:1";
inline constexpr const char* kNetwork = "traefik-public";

/// Four volumes, one container, one start.
void bare_bring_up_one(test::Dockerd& engine, const std::string& name);
/// All of them, with this many at a time.
void bare_bring_up(test::Dockerd& engine, int boxes, int at_a_time);
/// List of containers, volumes and networks, and one inspect each.
void bare_check(test::Dockerd& engine);
/// Only the container of that name: create and start.
void bare_create_and_start(test::Dockerd& engine, const std::string& name);

/// The old container of a box stopped and a new one, made before, started: the least there is.
void bare_swap(test::Dockerd& engine, const std::string& name);
/// The same calls in the same order as a replacement, with nobody looking in between.
void bare_replace(test::Dockerd& engine, const std::string& name);

}  // namespace boxwright::benchmark
