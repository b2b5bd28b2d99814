#include "specs/parse/declare.h"

#include <fmt/format.h>

#include <iterator>
#include <optional>
#include <utility>

#include "specs/parse/complete.h"
#include "specs/parse/decode.h"
#include "specs/parse/report.h"

namespace boxwright::specs {
namespace {

constexpr std::string_view kSpec = "spec";
constexpr std::string_view kTemplate = "spec.template.";

void append(std::vector<Finding>& all, std::vector<Finding> more) {
  std::move(more.begin(), more.end(), std::back_inserter(all));
}

/// Something wrong in what was inherited is shown at the box, since its place is in another file.
Finding at_box(Finding finding, Position box_at) {
  if (finding.inherited) {
    finding.at = box_at;
    finding.message += " (inherited from the source's Defaults)";
  }
  return finding;
}

/// The path that a field of a Fleet's template has in a Box; nullopt: it is none of the box's.
std::optional<std::string> path_in_box(const std::string& path, std::string_view shown) {
  if (shown == kSpec) return path;
  if (!path.starts_with(kTemplate)) return std::nullopt;
  return path.substr(kTemplate.size());
}

/// What all boxes of one document share.
struct Shared {
  const Draft& draft;
  const TreeNode& spec;
  std::string shown;
  std::map<std::string, Position> places;
};

/// Own places, and those in the Defaults of what is inherited.
std::map<std::string, FieldPlace> field_places(const DocumentInput& input, const Shared& shared,
                                               const std::map<std::string, Position>& inherited) {
  std::map<std::string, FieldPlace> fields;
  for (const auto& [path, at] : shared.places) {
    if (auto in_box = path_in_box(path, shared.shown))
      fields.emplace(std::move(*in_box), FieldPlace{at, {}});
  }
  const std::string_view file = input.defaults_file == input.file ? "" : input.defaults_file;
  for (const auto& [path, at] : inherited) {
    if (auto in_box = path_in_box(path, shared.shown))
      fields.emplace(std::move(*in_box), FieldPlace{at, std::string(file)});
  }
  return fields;
}

void declare_one(const DocumentInput& input, const Shared& shared, const std::string& name,
                 Position at, Declared& out) {
  Claim claim{BoxName(name), {input.file, at}, std::nullopt};
  CompleteSpec complete = complete_spec({shared.spec, input.defaults, shared.shown, name});
  for (Finding& finding : complete.findings) {
    out.problems.push_back(make_problem(at_box(std::move(finding), at), input.file, claim.name));
  }
  if (complete.findings.empty()) {
    claim.box =
        BoxDeclaration{claim.name,          shared.draft.owner,
                       shared.draft.labels, std::move(complete.spec),
                       claim.origin,        field_places(input, shared, complete.inherited)};
  }
  out.claims.push_back(std::move(claim));
}

void walk_spec(const TreeNode& spec, const std::string& shown, Draft& draft,
               std::vector<Finding>& findings, std::map<std::string, Position>& places) {
  WalkResult walked = walk(box_fields(), spec, {"spec", shown, ""}, Required::Ignore, draft);
  append(findings, std::move(walked.findings));
  if (auto finding = check_health_kinds(draft, spec)) findings.push_back(std::move(*finding));
  places.merge(walked.places);
}

/// The top of a Box without its spec: what stands in spec is judged by walk_spec, so that what is
/// inherited counts before anything is called absent.
TreeNode without_spec(const TreeNode& root) {
  TreeNode top = root;
  std::erase_if(top.entries, [](const Entry& entry) { return entry.key == "spec"; });
  return top;
}

struct BoxTop {
  std::vector<Finding> findings;
  std::map<std::string, Position> places;
};

BoxTop walk_box_top(const TreeNode& root, Draft& draft) {
  WalkResult walked = walk(box_fields(), without_spec(root), {}, Required::Report, draft);
  std::erase_if(walked.findings, [](const Finding& f) { return f.pointer == "/spec"; });
  const TreeNode* const spec = root.find("spec");
  if (spec == nullptr) {
    walked.findings.push_back({codes::kMissingField, root.at, "`spec` is required"});
  } else if (spec->kind != NodeKind::Map) {
    const bool is_null = spec->kind == NodeKind::Null;
    walked.findings.push_back(
        {is_null ? codes::kEmptyValue : codes::kWrongType, spec->at,
         is_null ? "`spec` has no value; it wants a map" : "`spec` must be a map"});
  }
  for (const Entry& entry : root.entries)
    walked.places.emplace(entry.key, entry.key_at);
  return {std::move(walked.findings), std::move(walked.places)};
}

void report_all(const DocumentInput& input, const std::vector<Finding>& findings,
                const std::string& box, Declared& out) {
  for (const Finding& finding : findings) {
    out.problems.push_back(make_problem(finding, input.file, BoxName(box)));
  }
}

/// The place of each name of a Fleet.
std::vector<Position> name_places(const TreeNode& root) {
  std::vector<Position> places;
  const TreeNode* const spec = root.find("spec");
  const TreeNode* const names = spec != nullptr ? spec->find("names") : nullptr;
  if (names == nullptr) return places;
  for (const TreeNode& name : names->items)
    places.push_back(name.at);
  return places;
}

}  // namespace

Declared declare_box(const DocumentInput& input) {
  const TreeNode& root = input.document.root;
  Draft draft;
  std::vector<Finding> findings = input.envelope.findings;
  BoxTop top = walk_box_top(root, draft);
  append(findings, std::move(top.findings));
  const TreeNode* const spec = root.find("spec");
  if (spec != nullptr && spec->kind == NodeKind::Map) {
    walk_spec(*spec, "spec", draft, findings, top.places);
  }
  Declared out;
  if (findings.empty()) {
    declare_one(input, {draft, *spec, std::string(kSpec), std::move(top.places)}, draft.name,
                input.envelope.name_at, out);
    return out;
  }
  report_all(input, findings, input.envelope.name, out);
  if (!input.envelope.name.empty()) {
    out.claims.push_back({BoxName(input.envelope.name), {input.file, input.envelope.name_at}, {}});
  }
  return out;
}

Declared declare_fleet(const DocumentInput& input) {
  const TreeNode& root = input.document.root;
  Draft draft;
  std::vector<Finding> findings = input.envelope.findings;
  WalkResult walked = walk(fleet_fields(), root, {}, Required::Report, draft);
  append(findings, std::move(walked.findings));
  const TreeNode* const outer = root.find("spec");
  const TreeNode* const box = outer != nullptr ? outer->find("template") : nullptr;
  const TreeNode* const spec = box != nullptr ? box->find("spec") : nullptr;
  const std::string shown = std::string(kTemplate) + "spec";
  if (spec != nullptr && spec->kind == NodeKind::Map) {
    walk_spec(*spec, shown, draft, findings, walked.places);
    if (const TreeNode* const subdomain = spec->find("subdomain")) {
      findings.push_back({codes::kSubdomainTaken, subdomain->at,
                          "a Fleet's boxes cannot share one subdomain; leave it out, and each has "
                          "its name"});
    }
  }
  Declared out;
  report_all(input, findings, {}, out);
  const std::vector<Position> at = name_places(root);
  // Names are not complete when one of them is wrong; then places and names do not pair up.
  const bool paired = at.size() == draft.box_names.size();
  for (std::size_t i = 0; i < draft.box_names.size(); ++i) {
    const std::string& name = draft.box_names[i];
    const Position place = paired ? at[i] : input.envelope.name_at;
    if (findings.empty()) {
      declare_one(input, {draft, *spec, shown, walked.places}, name, place, out);
    } else {
      out.claims.push_back({BoxName(name), {input.file, place}, {}});
    }
  }
  return out;
}

std::vector<Finding> check_defaults(const TreeNode& root) {
  Draft draft;
  std::vector<Finding> findings =
      walk(defaults_fields(), root, {}, Required::Report, draft).findings;
  const TreeNode* const spec = root.find("spec");
  if (spec != nullptr && spec->kind == NodeKind::Map) {
    std::map<std::string, Position> places;
    walk_spec(*spec, "spec", draft, findings, places);
    if (const TreeNode* const subdomain = spec->find("subdomain")) {
      findings.push_back(
          {codes::kSubdomainTaken, subdomain->at,
           "Defaults cannot give every box one subdomain; leave it out, and each has "
           "its name"});
    }
  }
  return findings;
}

}  // namespace boxwright::specs
