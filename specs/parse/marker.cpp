// The marker document of a folder source.

#include <filesystem>
#include <utility>

#include "specs/parse/decode.h"
#include "specs/parse/documents.h"
#include "specs/parse/envelope.h"
#include "specs/parse/excerpt.h"
#include "specs/parse/report.h"
#include "specs/parse/yaml_reader.h"

namespace boxwright::specs {
namespace {

std::vector<Finding> read_marker_document(const Document& document, Draft& draft) {
  const Envelope envelope = read_envelope(document);
  std::vector<Finding> findings = envelope.findings;
  if (!envelope.kind) return findings;
  if (envelope.kind != Kind::Source) {
    findings.push_back(
        {codes::kKind, document.root.at,
         "boxwright.yaml holds one `kind: Source` document; move this one into a file "
         "of its own"});
    return findings;
  }
  WalkResult walked = walk(source_fields(), document.root, {}, Required::Report, draft);
  findings.insert(findings.end(), walked.findings.begin(), walked.findings.end());
  return findings;
}

std::string resolve(const std::string& path, const std::string& folder) {
  if (path.empty()) return path;
  return (std::filesystem::path(folder) / path).lexically_normal().string();
}

}  // namespace

tl::expected<Marker, std::vector<Problem>> read_marker(const SourceText& file,
                                                       const std::string& marker_dir) {
  const ReadText read = read_yaml(file.text);
  std::vector<Finding> findings = read.fatal;
  Draft draft;
  for (const Document& document : read.documents) {
    const std::vector<Finding> found = read_marker_document(document, draft);
    findings.insert(findings.end(), found.begin(), found.end());
  }
  if (findings.empty() && read.documents.size() != 1) {
    findings.push_back({codes::kKind,
                        read.documents.empty() ? Position{1, 1} : read.documents[1].root.at,
                        "boxwright.yaml holds exactly one `kind: Source` document"});
  }
  if (findings.empty()) {
    draft.settings.secrets_dir = resolve(draft.settings.secrets_dir, marker_dir);
    return Marker{SourceName(draft.name), std::move(draft.settings)};
  }
  std::vector<Problem> problems;
  problems.reserve(findings.size());
  for (const Finding& finding : findings) {
    problems.push_back(make_problem(finding, file.file, {}));
  }
  sort_problems(problems);
  add_excerpts(problems, {file});
  return tl::unexpected(std::move(problems));
}

}  // namespace boxwright::specs
