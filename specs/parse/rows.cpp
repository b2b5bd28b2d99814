// Rows of desired_boxes, read by the same walk as YAML.

#include <iterator>
#include <utility>

#include "specs/parse/claims.h"
#include "specs/parse/complete.h"
#include "specs/parse/decode.h"
#include "specs/parse/documents.h"
#include "specs/parse/excerpt.h"
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
      column.findings.push_back({codes::kWrongType, column.node.at, "must be a JSON object"});
    }
  }
  for (Finding& finding : column.findings) {
    finding.message = fmt::format("column {}: {}", what, finding.message);
  }
  return column;
}

/// Name and owner: what a file says under metadata. These have no place in `spec`.
std::vector<Finding> read_metadata(const Row& row, Draft& draft) {
  std::vector<Finding> findings;
  const auto complain = [&findings](std::string_view what, const Verdict& complaint) {
    if (!complaint) return;
    findings.push_back(
        {complaint->code, {}, fmt::format("column {}: {}", what, complaint->message)});
  };
  complain("name", check_box_name(row.name));
  complain("owner", find_field(box_fields(), "metadata.owner")->set(draft, {{}, row.owner}));
  return findings;
}

std::vector<Finding> read_labels(const Row& row, Draft& draft) {
  if (row.labels_json.empty()) return {};
  Column labels = read_column(row.labels_json, "labels");
  WalkResult walked =
      walk(box_fields(), labels.node, {"metadata.labels", "labels", ""}, Required::Ignore, draft);
  for (Finding& finding : walked.findings)
    finding.pointer.clear();
  append(labels.findings, walked.findings);
  return std::move(labels.findings);
}

/// What was written, though without places: a row has none.
std::map<std::string, FieldPlace> fields_of(const WalkResult& walked) {
  std::map<std::string, FieldPlace> fields;
  for (const auto& [path, at] : walked.places)
    fields.emplace(path, FieldPlace{});
  return fields;
}

/// Makes problems of what is wrong with one row.
class Report {
 public:
  Report(std::string place, BoxName box, std::vector<Problem>& problems)
      : place_(std::move(place)), box_(std::move(box)), problems_(problems) {}

  /// `column`: the text in which the findings have their places; nullptr: they have none.
  void add(const std::vector<Finding>& findings, const std::string* column) {
    for (const Finding& finding : findings) {
      clean_ = false;
      problems_.push_back(make_row_problem(finding, place_, box_));
      if (column != nullptr) add_row_excerpt(problems_.back(), finding.at, *column);
    }
  }
  [[nodiscard]] bool is_clean() const { return clean_; }

 private:
  std::string place_;
  BoxName box_;
  std::vector<Problem>& problems_;
  bool clean_ = true;
};

Claim read_row(const Row& row, std::vector<Problem>& problems) {
  const std::string place = "desired_boxes/" + row.name;
  Claim claim{BoxName(row.name), {place, {}}, std::nullopt};
  Report report(place, claim.name, problems);
  Draft draft;
  report.add(read_metadata(row, draft), nullptr);
  report.add(read_labels(row, draft), &row.labels_json);
  const Column spec = read_column(row.spec_json, "spec");
  report.add(spec.findings, &row.spec_json);
  const WalkResult walked =
      walk(box_fields(), spec.node, {"spec", "spec", ""}, Required::Ignore, draft);
  report.add(walked.findings, &row.spec_json);
  if (const auto finding = check_health_kinds(draft, spec.node))
    report.add({*finding}, &row.spec_json);
  if (!report.is_clean()) return claim;
  CompleteSpec complete = complete_spec({spec.node, nullptr, "spec", row.name});
  report.add(complete.findings, &row.spec_json);
  if (report.is_clean()) {
    claim.box =
        BoxDeclaration{claim.name,   draft.owner,      draft.labels, std::move(complete.spec),
                       claim.origin, fields_of(walked)};
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
