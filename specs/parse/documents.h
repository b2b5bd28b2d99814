#pragma once
// Text -> documents, with a position for every problem. The only door for YAML and for row JSON.

#include <optional>
#include <string>
#include <vector>

#include "specs/model/box_spec.h"
#include "specs/source/snapshot.h"

namespace boxwright::specs {

/// One file's text, named as it will be shown.
struct SourceText {
  std::string file;
  std::string text;
  std::string unreadable = {};  ///< Why `text` could not be read, as a problem's message; or empty.
  bool may_hold_defaults = false;  ///< Of an unreadable file: whether it may be the Defaults' one.
};

/// What all files of one source say together: Defaults applied, Fleets expanded, duplicates found.
struct Documents {
  std::vector<BoxDeclaration> boxes;  ///< Sorted by name. A name with two claims is left out.
  std::vector<Problem> problems;      ///< Sorted by file and place.
};

/// Reads Box, Fleet and Defaults documents from all files of a source (not the marker).
///
///     kind: Defaults                  # at most one in a source; every box inherits it
///     metadata: {name: default}
///     spec: {resources: {memory: 1GiB}}
///
///     kind: Fleet                     # one box for each name
///     metadata: {name: course}
///     spec:
///       names: [anna, ben]
///       template: {metadata: {owner: x, labels: {}}, spec: {image: box-base:1}}
///
/// (each with `apiVersion: boxwright.dev/v1`). A problem in a Fleet's template is said once,
/// without a box's name. While the Defaults have a problem, or an unreadable file may hold them,
/// `boxes` is empty: boxes that inherit from them would silently change.
[[nodiscard]] Documents read_documents(const std::vector<SourceText>& files);

/// A marker document (`kind: Source`), read from the folder's `boxwright.yaml`.
struct Marker {
  SourceName name;
  SourceSettings settings;
};
/// `marker_dir`: absolute folder, against which relative paths (secretsDir) are resolved.
[[nodiscard]] tl::expected<Marker, std::vector<Problem>> read_marker(const SourceText& file,
                                                                     const std::string& marker_dir);

/// One row of `desired_boxes`: `spec` is JSON of a Box's spec, read by the same decoder as YAML.
struct Row {
  std::string name;
  std::string owner;
  std::string labels_json;  ///< Empty or a JSON object of strings.
  std::string spec_json;
};
/// Problems cite `desired_boxes/NAME#/resources/cpus`.
[[nodiscard]] Documents read_rows(const std::vector<Row>& rows);

/// A DNS label of at most 40 characters: `^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`, no `--` at places 3
/// and 4.
[[nodiscard]] bool is_valid_box_name(const std::string& name);

}  // namespace boxwright::specs
