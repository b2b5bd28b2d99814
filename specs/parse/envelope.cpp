#include "specs/parse/envelope.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "specs/base/nearest.h"
#include "specs/parse/documents.h"

namespace boxwright::specs {
namespace {

constexpr std::string_view kApiVersion = "boxwright.dev/v1";
constexpr std::array<std::pair<std::string_view, Kind>, 4> kKinds{{{"Box", Kind::Box},
                                                                   {"Fleet", Kind::Fleet},
                                                                   {"Defaults", Kind::Defaults},
                                                                   {"Source", Kind::Source}}};

void check_api_version(const TreeNode& root, std::vector<Finding>& findings) {
  const TreeNode* const version = root.find("apiVersion");
  if (version == nullptr) {
    findings.push_back({codes::kApiVersion, root.at,
                        fmt::format("apiVersion is absent; write `apiVersion: {}`", kApiVersion)});
  } else if (version->kind != NodeKind::Scalar || version->text != kApiVersion) {
    const std::string written = version->kind == NodeKind::Scalar ? version->text : "this";
    findings.push_back({codes::kApiVersion, version->at,
                        fmt::format("apiVersion `{}` is unknown here; write `apiVersion: {}`",
                                    written, kApiVersion)});
  }
}

std::optional<Kind> read_kind(const TreeNode& root, std::vector<Finding>& findings) {
  const TreeNode* const kind = root.find("kind");
  if (kind == nullptr) {
    findings.push_back({codes::kKind, root.at, "kind is absent; write `kind: Box`"});
    return std::nullopt;
  }
  for (const auto& [name, value] : kKinds) {
    if (kind->kind == NodeKind::Scalar && kind->text == name) return value;
  }
  const std::string written = kind->kind == NodeKind::Scalar ? kind->text : "this";
  const std::string near = nearest(written, {"Box", "Fleet", "Defaults", "Source"});
  findings.push_back(
      {codes::kKind, kind->at,
       fmt::format("kind `{}` is unknown; {}it is Box, Fleet, Defaults or Source", written,
                   near.empty() ? "" : fmt::format("did you mean `{}`? ", near))});
  return std::nullopt;
}

}  // namespace

Envelope read_envelope(const Document& document) {
  const TreeNode& root = document.root;
  Envelope envelope;
  envelope.name_at = root.at;
  envelope.findings = document.findings;
  if (root.kind != NodeKind::Map) {
    envelope.findings.push_back(
        {codes::kWrongType, root.at,
         "a document must be a map that begins with apiVersion, kind, metadata and spec"});
    return envelope;
  }
  if (const TreeNode* const metadata = root.find("metadata")) {
    const TreeNode* const name = metadata->find("name");
    if (name != nullptr && name->kind == NodeKind::Scalar) {
      envelope.name_at = name->at;
      if (is_valid_box_name(name->text)) envelope.name = name->text;
    }
  }
  check_api_version(root, envelope.findings);
  envelope.kind = read_kind(root, envelope.findings);
  return envelope;
}

}  // namespace boxwright::specs
