#include "specs/base/nearest.h"

#include <algorithm>

namespace boxwright {

std::size_t edit_distance(const std::string& from, const std::string& to) {
  // Optimal string alignment: three rows of the table are enough.
  std::vector<std::size_t> before_last(to.size() + 1);
  std::vector<std::size_t> last(to.size() + 1);
  std::vector<std::size_t> row(to.size() + 1);
  for (std::size_t j = 0; j <= to.size(); ++j)
    last[j] = j;
  for (std::size_t i = 1; i <= from.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t change = last[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, change});
      const bool swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last.swap(last);
    last.swap(row);
  }
  return last[to.size()];
}

std::string nearest(const std::string& word, const std::vector<std::string>& known) {
  constexpr std::size_t kEditsMax = 2;
  const auto letters = static_cast<std::size_t>(
      std::count_if(word.begin(), word.end(), [](char letter) { return letter != '-'; }));
  std::string best;
  std::size_t best_edits = std::min(kEditsMax, letters / 2) + 1;
  for (const auto& candidate : known) {
    const auto distance = edit_distance(word, candidate);
    if (distance < best_edits) {
      best_edits = distance;
      best = candidate;
    }
  }
  return best;
}

}  // namespace boxwright
