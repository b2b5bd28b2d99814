#include "controller/layers/choose_paths.h"

#include <map>

namespace boxwright::layers {

namespace {

using engine::LayerChangeKind;

/// Changes by path. A folder may be told twice.
using Changes = std::map<std::string, LayerChangeKind>;

bool has_some_below(const Changes& changes, const std::string& path) {
  const auto below = changes.lower_bound(path + "/");
  return below != changes.end() && below->first.starts_with(path + "/");
}

bool lies_in_one_of(const std::set<std::string>& folders, const std::string& path) {
  for (auto slash = path.rfind('/'); slash != 0 && slash != std::string::npos;
       slash = path.rfind('/', slash - 1)) {
    if (folders.contains(path.substr(0, slash))) return true;
  }
  return false;
}

Changes at_stake(const state::ObservedContainer& container,
                 const std::vector<engine::LayerChange>& changes) {
  Changes kept;
  const auto homes = engine::homes_of(container);
  for (const auto& change : changes) {
    if (!engine::is_at_stake(container, homes, change.path)) continue;
    const auto [known, is_new] = kept.try_emplace(change.path, change.kind);
    // Deleted and made anew is told as deleted; parents are told as modified, again and again.
    if (!is_new && change.kind != LayerChangeKind::Modified) known->second = change.kind;
  }
  return kept;
}

/// Length of the UTF-8 sequence at `at`; 0: it is none.
std::size_t sequence_at(const std::string& text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xC2 && first <= 0xDF   ? 2
                             : first >= 0xE0 && first <= 0xEF ? 3
                             : first >= 0xF0 && first <= 0xF4 ? 4
                                                              : 0;
  if (length == 0 || at + length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0U) != 0x80U) return 0;
  }
  const unsigned char second = byte(at + 1);
  const bool is_wrong = (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
                        (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F);
  return is_wrong ? 0 : length;
}

}  // namespace

std::string as_listed(const std::string& path) {
  std::string text;
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t length = sequence_at(path, at);
    if (length == 0) {
      text += "\xEF\xBF\xBD";
      ++at;
    } else {
      text.append(path, at, length);
      at += length;
    }
  }
  return text;
}

Choice choose_paths(const state::ObservedContainer& container,
                    const std::vector<engine::LayerChange>& changes) {
  const auto kept = at_stake(container, changes);
  Choice choice;
  std::set<std::string> whole;  // Folders that are taken with all that lies in them.
  for (const auto& [path, kind] : kept) {
    const bool has_some = has_some_below(kept, path);
    if (kind == LayerChangeKind::Deleted) {
      choice.deleted.push_back(path);
      if (!has_some) continue;
    }
    choice.paths.insert(path);
    if (lies_in_one_of(whole, path)) continue;
    const bool is_new = kind != LayerChangeKind::Modified;
    choice.fetches.push_back({path, is_new});
    if (is_new && has_some) whole.insert(path);
  }
  return choice;
}

}  // namespace boxwright::layers
