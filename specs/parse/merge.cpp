#include "specs/parse/merge.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace boxwright::specs {
namespace {

constexpr std::array<std::string_view, 4> kChecks{"http", "shell", "command", "none"};

bool is_check(const Entry& entry) {
  return std::find(kChecks.begin(), kChecks.end(), entry.key) != kChecks.end();
}

// Recursion is bounded by kNestingMax.
void mark_inherited(TreeNode& node) {
  node.inherited = true;
  for (TreeNode& item : node.items)
    mark_inherited(item);
  for (Entry& entry : node.entries)
    mark_inherited(entry.value);
}

void lay_over(TreeNode& under, const TreeNode& over) {
  under.at = over.at;
  under.inherited = over.inherited;
  for (const Entry& entry : over.entries) {
    const auto same = std::find_if(under.entries.begin(), under.entries.end(),
                                   [&entry](const Entry& old) { return old.key == entry.key; });
    if (same == under.entries.end()) {
      under.entries.push_back(entry);
      continue;
    }
    const bool both_maps = same->value.kind == NodeKind::Map && entry.value.kind == NodeKind::Map;
    if (!both_maps) {
      *same = entry;
      continue;
    }
    const bool brings_check =
        std::any_of(entry.value.entries.begin(), entry.value.entries.end(), is_check);
    if (entry.key == "healthcheck" && brings_check) std::erase_if(same->value.entries, is_check);
    same->key_at = entry.key_at;
    lay_over(same->value, entry.value);
  }
}

}  // namespace

TreeNode merge_specs(const TreeNode& under, const TreeNode& over) {
  TreeNode merged = under;
  mark_inherited(merged);
  lay_over(merged, over);
  return merged;
}

}  // namespace boxwright::specs
