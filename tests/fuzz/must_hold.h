#pragma once
// What a fuzz target asserts: libFuzzer takes an abort for a finding and keeps the input.

#include <cstdio>
#include <cstdlib>
#include <string>

namespace boxwright::fuzz {

/// `about`: what was looked at, for the one who reads the finding.
inline void must_hold(bool holds, const char* what, const std::string& about = {}) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n%s\n", what, about.c_str());
  std::abort();
}

}  // namespace boxwright::fuzz
