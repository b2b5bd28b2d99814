#include "specs/parse/tree_builder.h"

#include <fmt/format.h>

#include <utility>

#include "specs/parse/text_places.h"

namespace boxwright::specs {
namespace {

/// More duplicate keys than this in one document are not worth a line each.
constexpr std::size_t kFindingsMax = 100;

}  // namespace

void TreeBuilder::begin(NodeKind kind, Position at) {
  if (open_.size() >= static_cast<std::size_t>(kNestingMax)) {
    throw Refusal(
        {codes::kTooLarge, at,
         fmt::format("nested more than {} deep; a spec needs no more than 6", kNestingMax)});
  }
  Open opened;
  opened.node.kind = kind;
  opened.node.at = at;
  open_.push_back(std::move(opened));
}

void TreeBuilder::end() {
  TreeNode done = std::move(open_.back().node);
  open_.pop_back();
  put(std::move(done));
}

void TreeBuilder::scalar(std::string text, bool quoted, Position at) {
  if (!is_clean_utf8(text)) {
    throw Refusal({codes::kEncoding, at, "an escape in this text gives a NUL or no character"});
  }
  TreeNode node;
  node.kind = NodeKind::Scalar;
  node.text = std::move(text);
  node.quoted = quoted;
  node.at = at;
  put(std::move(node));
}

void TreeBuilder::null(Position at) {
  TreeNode node;
  node.at = at;
  if (!open_.empty()) node.at = open_.back().has_key ? open_.back().key_at : open_.back().node.at;
  put(std::move(node));
}

void TreeBuilder::key(std::string text, bool quoted, Position at) {
  if (!is_clean_utf8(text)) {
    throw Refusal({codes::kEncoding, at, "an escape in this key gives a NUL or no character"});
  }
  Open& map = open_.back();
  const auto [first, is_new] = map.seen.emplace(text, at);
  if (!is_new && document_.findings.size() < kFindingsMax) {
    const std::string where = first->second.line == 0 ? std::string()
                                                      : fmt::format(" at {}:{}", first->second.line,
                                                                    first->second.column);
    document_.findings.push_back(
        {codes::kDuplicateKey,
         at,
         fmt::format("key `{}` is written twice in one map, first{}; keep one", text,
                     where.empty() ? " earlier" : where),
         {},
         false,
         {{{}, first->second, "first written here"}}});
    if (first->second.line == 0) document_.findings.back().related.clear();
  }
  map.key = std::move(text);
  map.key_at = at;
  map.key_quoted = quoted;
  map.has_key = true;
  map.repeated = !is_new;
}

bool TreeBuilder::wants_key() const {
  return !open_.empty() && open_.back().node.kind == NodeKind::Map && !open_.back().has_key;
}

Document TreeBuilder::take() {
  return std::exchange(document_, {});
}

void TreeBuilder::put(TreeNode node) {
  if (open_.empty()) {
    document_.root = std::move(node);
    return;
  }
  Open& parent = open_.back();
  if (parent.node.kind == NodeKind::List) {
    parent.node.items.push_back(std::move(node));
    return;
  }
  parent.has_key = false;
  // The first of two equal keys stays: the document is refused anyway.
  if (parent.repeated) return;
  parent.node.entries.push_back(
      {std::move(parent.key), parent.key_at, std::move(node), parent.key_quoted});
}

}  // namespace boxwright::specs
