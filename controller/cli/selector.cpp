#include "controller/cli/selector.h"

#include <algorithm>
#include <cctype>

#include "controller/cli/suggestion.h"

namespace boxwright::cli {

namespace {

std::string trimmed(const std::string& text) {
  const auto from = text.find_first_not_of(' ');
  if (from == std::string::npos) return {};
  return text.substr(from, text.find_last_not_of(' ') - from + 1);
}

/// At commas that are not within parentheses.
std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts(1);
  int depth = 0;
  for (const char letter : text) {
    if (letter == '(') ++depth;
    if (letter == ')') --depth;
    if (letter == ',' && depth == 0) {
      parts.emplace_back();
    } else {
      parts.back() += letter;
    }
  }
  return parts;
}

tl::unexpected<Error> not_a_selector(const std::string& term) {
  return fail(ErrorCode::InvalidSpec, RetryClass::Terminal,
              "`{}` is no label filter; it is k=v, k!=v, k, !k, k in (a,b) or k notin (a,b), with "
              "commas between several",
              term);
}

bool is_key(const std::string& key) {
  return !key.empty() && key.find_first_of(" =!(),") == std::string::npos;
}

/// `k in (a,b)` or `k notin (a,b)`, if the words say so.
std::optional<LabelTerm> read_set(const std::string& text) {
  const auto open = text.find('(');
  if (open == std::string::npos || text.back() != ')') return std::nullopt;
  const auto head = trimmed(text.substr(0, open));
  const auto space = head.find_last_of(' ');
  if (space == std::string::npos) return std::nullopt;
  LabelTerm term;
  term.key = trimmed(head.substr(0, space));
  const auto word = head.substr(space + 1);
  if (word != "in" && word != "notin") return std::nullopt;
  term.negated = word == "notin";
  for (const auto& value : split(text.substr(open + 1, text.size() - open - 2)))
    term.values.insert(trimmed(value));
  return term;
}

Result<LabelTerm> read_term(const std::string& text) {
  LabelTerm term;
  if (auto set = read_set(text)) {
    term = std::move(*set);
  } else if (const auto equals = text.find('='); equals != std::string::npos) {
    auto key = text.substr(0, equals);
    auto value = text.substr(equals + 1);
    if (key.ends_with('!')) {
      term.negated = true;
      key.pop_back();
    } else if (value.starts_with('=')) {
      value.erase(0, 1);
    }
    term.key = trimmed(key);
    term.values = {trimmed(value)};
  } else {
    term.negated = text.starts_with('!');
    term.key = trimmed(text.substr(term.negated ? 1 : 0));
  }
  if (!is_key(term.key)) return not_a_selector(text);
  return term;
}

bool same_word(const std::string& one, const std::string& other) {
  return std::equal(one.begin(), one.end(), other.begin(), other.end(), [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
  });
}

}  // namespace

bool LabelTerm::fits(const std::map<std::string, std::string>& labels) const {
  const auto found = labels.find(key);
  const bool is = found != labels.end() && (values.empty() || values.contains(found->second));
  return is != negated;
}

Result<std::vector<LabelTerm>> parse_selector(const std::string& text) {
  std::vector<LabelTerm> terms;
  if (trimmed(text).empty()) return terms;
  for (const auto& part : split(text)) {
    BW_TRY_ASSIGN(auto term, read_term(trimmed(part)));
    terms.push_back(std::move(term));
  }
  return terms;
}

bool fits(const std::vector<LabelTerm>& terms, const std::map<std::string, std::string>& labels) {
  return std::all_of(terms.begin(), terms.end(),
                     [&labels](const auto& term) { return term.fits(labels); });
}

const std::vector<std::string>& condition_types() {
  static const std::vector<std::string> kTypes{
      "Ready",         "Reconciling", "Stalled",      "Healthy",         "Drifted",
      "UpdatePending", "Suspended",   "CrashLooping", "DeletionBlocked", "InUse"};
  return kTypes;
}

bool ConditionTerm::fits(const state::BoxStatus& status) const {
  const auto* condition = status.find(type);
  const auto is = condition == nullptr ? std::string{"False"}
                                       : std::string{state::to_string(condition->status)};
  const bool holds =
      same_word(is, value) || (condition != nullptr && same_word(condition->reason, value));
  return holds != negated;
}

Result<ConditionTerm> parse_condition(const std::string& text) {
  ConditionTerm term;
  term.negated = text.starts_with('!');
  const auto equals = text.find('=');
  const std::size_t from = term.negated ? 1 : 0;
  const auto type = trimmed(text.substr(from, std::max(equals, from) - from));
  if (equals != std::string::npos) term.value = trimmed(text.substr(equals + 1));
  for (const auto& known : condition_types()) {
    if (same_word(known, type)) term.type = known;
  }
  if (!term.type.empty() && !term.value.empty()) return term;
  const auto near = nearest(type, condition_types());
  std::string all;
  for (const auto& known : condition_types())
    all += (all.empty() ? "" : ", ") + known;
  return fail(ErrorCode::InvalidSpec, RetryClass::Terminal, "`{}` is no condition; {}", text,
              near.empty() || term.value.empty() ? "there are " + all
                                                 : fmt::format("did you mean `{}`?", near));
}

}  // namespace boxwright::cli
