// Rows of desired_boxes, read by the same walk as YAML.

#include <iterator>
#include <utility>

#include "specs/parse/claims.h"
#include "specs/parse/complete.h"
#include "specs/parse/decode.h"
#include "specs/parse/documents.h"
#include "specs/parse/json_reader.h"
#include "specs/parse/report.h"
#include "specs/parse/rules.h"

namespace boxwright::specs {
namespace {

void append(std::vector<Finding>& all, const std::vector<Finding>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

/// One JSON text of a row as a map; `what` names the column in messages.
struct Column {
  TreeNode node;
  std::vector<Finding> findings;
};

Column read_column(const std::string& text, std::string_view what) {
  ReadText read = read_json(text);
  Column column;
  column.findings = std::move(read.fatal);
  if (column.findings.empty()) {
    column.node = std::move(read.documents[0].root);
    append(column.findings, read.documents[0].findings);
    if (column.node.kind != NodeKind::Map) {
      column.findings.push_back({codes::kWrongType, {}, "must be a JSON object"});
    }
  }
  for (Finding& finding : column.findings) {
    finding.message = fmt::format("column {}: {}", what, finding.message);
  }
  return column;
}

/// name, owner and labels: what a file says under metadata. These have no place in `spec`.
std::vector<Finding> read_metadata(const Row& row, Draft& draft) {
  std::vector<Finding> findings;
  const auto complain = [&findings](std::string_view what, const Verdict& complaint) {
    if (!complaint) return;
    findings.push_back(
        {complaint->code, {}, fmt::format("column {}: {}", what, complaint->message)});
  };
  complain("name", check_box_name(row.name));
  complain("owner", find_field(box_fields(), "metadata.owner")->set(draft, {{}, row.owner}));
  if (row.labels_json.empty()) return findings;
  const Column labels = read_column(row.labels_json, "labels");
  append(findings, labels.findings);
  WalkResult walked =
      walk(box_fields(), labels.node, {"metadata.labels", "labels", ""}, Required::Ignore, draft);
  for (Finding& finding : walked.findings)
    finding.pointer.clear();
  append(findings, walked.findings);
  return findings;
}

Claim read_row(const Row& row, std::vector<Problem>& problems) {
  const std::string place = "desired_boxes/" + row.name;
  Claim claim{BoxName(row.name), {place, {}}, std::nullopt};
  Draft draft;
  std::vector<Finding> findings = read_metadata(row, draft);
  const Column spec = read_column(row.spec_json, "spec");
  append(findings, spec.findings);
  WalkResult walked = walk(box_fields(), spec.node, {"spec", "spec", ""}, Required::Ignore, draft);
  append(findings, walked.findings);
  if (const auto finding = check_health_kinds(draft, spec.node)) findings.push_back(*finding);
  if (findings.empty()) {
    CompleteSpec complete = complete_spec({spec.node, nullptr, "spec", row.name});
    findings = std::move(complete.findings);
    if (findings.empty()) {
      claim.box = BoxDeclaration{claim.name,   draft.owner,  draft.labels, std::move(complete.spec),
                                 claim.origin, walked.places};
    }
  }
  for (const Finding& finding : findings) {
    problems.push_back(make_row_problem(finding, place, claim.name));
  }
  return claim;
}

}  // namespace

Documents read_rows(const std::vector<Row>& rows) {
  std::vector<Claim> claims;
  std::vector<Problem> problems;
  claims.reserve(rows.size());
  for (const Row& row : rows)
    claims.push_back(read_row(row, problems));
  return settle_claims(std::move(claims), std::move(problems));
}

}  // namespace boxwright::specs
