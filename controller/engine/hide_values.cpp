#include "controller/engine/hide_values.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace boxwright::engine {

namespace {

constexpr std::size_t kShortestHidden = 3;
constexpr std::string_view kHidden = "(hidden)";

bool separates(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F || c == '"' || c == '\\';
}

void add_pieces(std::string_view value, std::vector<std::string_view>& pieces) {
  while (!value.empty()) {
    const auto end = std::find_if(value.begin(), value.end(), separates);
    const auto length = static_cast<std::size_t>(end - value.begin());
    if (length >= kShortestHidden) pieces.push_back(value.substr(0, length));
    value.remove_prefix(std::min(length + 1, value.size()));
  }
}

}  // namespace

std::string hide_values(std::string text, const std::map<std::string, Secret>& env) {
  std::vector<std::string_view> pieces;
  for (const auto& [name, value] : env)
    add_pieces(value.reveal(), pieces);
  // Longest first, so that no value is cut up by a shorter one inside it.
  std::sort(pieces.begin(), pieces.end(),
            [](std::string_view a, std::string_view b) { return a.size() > b.size(); });
  for (const std::string_view piece : pieces) {
    for (std::size_t at = text.find(piece); at != std::string::npos;
         at = text.find(piece, at + kHidden.size())) {
      text.replace(at, piece.size(), kHidden);
    }
  }
  return text;
}

}  // namespace boxwright::engine
