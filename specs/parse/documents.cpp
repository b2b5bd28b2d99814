#include "specs/parse/documents.h"

#include <fmt/format.h>

#include <iterator>
#include <utility>

#include "specs/parse/claims.h"
#include "specs/parse/declare.h"
#include "specs/parse/envelope.h"
#include "specs/parse/excerpt.h"
#include "specs/parse/report.h"
#include "specs/parse/yaml_reader.h"

namespace boxwright::specs {
namespace {

struct Loaded {
  std::string file;
  Document document;
  Envelope envelope;
};

/// Everything read of a source, before boxes are made of it.
struct Load {
  std::vector<Loaded> documents;
  std::vector<Problem> problems;
  /// A file could not be read and may hold the source's Defaults: without them, other files' boxes
  /// would silently change to the built-in defaults.
  bool defaults_in_doubt = false;
};

Load load_all(const std::vector<SourceText>& files) {
  Load load;
  for (const SourceText& file : files) {
    if (!file.unreadable.empty()) {
      load.problems.push_back(
          make_problem({codes::kUnreadableFile, {}, file.unreadable}, file.file, {}));
      load.defaults_in_doubt = load.defaults_in_doubt || file.may_hold_defaults;
      continue;
    }
    ReadText read = read_yaml(file.text);
    for (const Finding& finding : read.fatal) {
      load.problems.push_back(make_problem(finding, file.file, {}));
      load.defaults_in_doubt =
          load.defaults_in_doubt || file.text.find("Defaults") != std::string::npos;
    }
    for (Document& document : read.documents) {
      Envelope envelope = read_envelope(document);
      load.documents.push_back({file.file, std::move(document), std::move(envelope)});
    }
  }
  return load;
}

std::string place(const Loaded& loaded) {
  return fmt::format("{}:{}:{}", loaded.file, loaded.document.root.at.line,
                     loaded.document.root.at.column);
}

/// The one Defaults document's spec, or none.
struct FoundDefaults {
  const TreeNode* spec = nullptr;
  std::string_view file;
  bool broken = false;
};

FoundDefaults find_defaults(const std::vector<Loaded>& documents, std::vector<Problem>& problems) {
  FoundDefaults found;
  const Loaded* first = nullptr;
  for (const Loaded& loaded : documents) {
    if (loaded.envelope.kind != Kind::Defaults) continue;
    std::vector<Finding> findings = loaded.envelope.findings;
    std::vector<Finding> inside = check_defaults(loaded.document.root);
    std::move(inside.begin(), inside.end(), std::back_inserter(findings));
    if (first != nullptr) {
      findings.push_back({codes::kDuplicateDefaults,
                          loaded.document.root.at,
                          fmt::format("a source has one Defaults document, and the first is at {}; "
                                      "put both into one",
                                      place(*first)),
                          {},
                          false,
                          {{first->file, first->document.root.at, "the first is here"}}});
    } else {
      first = &loaded;
      found.spec = loaded.document.root.find("spec");
      found.file = loaded.file;
    }
    found.broken = found.broken || !findings.empty();
    for (const Finding& finding : findings) {
      problems.push_back(make_problem(finding, loaded.file, {}));
    }
  }
  return found;
}

Declared declare(const Loaded& loaded, const FoundDefaults& defaults) {
  const DocumentInput input{loaded.file, loaded.document, loaded.envelope,
                            defaults.broken ? nullptr : defaults.spec, defaults.file};
  if (loaded.envelope.kind == Kind::Box) return declare_box(input);
  if (loaded.envelope.kind == Kind::Fleet) return declare_fleet(input);
  Declared out;
  if (loaded.envelope.kind == Kind::Defaults) return out;  // Reported by find_defaults.
  std::vector<Finding> findings = loaded.envelope.findings;
  if (loaded.envelope.kind == Kind::Source) {
    findings.push_back(
        {codes::kKind, loaded.document.root.at,
         "a Source document stands in the folder's boxwright.yaml and nowhere else"});
  }
  for (const Finding& finding : findings) {
    out.problems.push_back(make_problem(finding, loaded.file, BoxName(loaded.envelope.name)));
  }
  return out;
}

}  // namespace

Documents read_documents(const std::vector<SourceText>& files) {
  Load load = load_all(files);
  const FoundDefaults defaults = find_defaults(load.documents, load.problems);
  std::vector<Claim> claims;
  for (const Loaded& loaded : load.documents) {
    Declared declared = declare(loaded, defaults);
    std::move(declared.claims.begin(), declared.claims.end(), std::back_inserter(claims));
    std::move(declared.problems.begin(), declared.problems.end(),
              std::back_inserter(load.problems));
  }
  Documents documents = settle_claims(std::move(claims), std::move(load.problems));
  const bool in_doubt = defaults.broken || (load.defaults_in_doubt && defaults.spec == nullptr);
  if (in_doubt) documents.boxes.clear();
  add_excerpts(documents.problems, files);
  return documents;
}

}  // namespace boxwright::specs
