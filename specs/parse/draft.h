#pragma once
// What has been read of one document so far, before inheritance and cross-checks.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "specs/model/box_spec.h"
#include "specs/source/snapshot.h"

namespace boxwright::specs {

/// A volume as written; what is absent is inherited or has its default.
struct VolumeDraft {
  std::optional<std::string> path;
  std::optional<bool> disposable;
};

/// One struct for all kinds of document: each fills the parts that it has.
struct Draft {
  std::string name;
  std::string owner;
  std::map<std::string, std::string> labels;
  BoxSpec spec;  ///< `volumes` stays empty here.
  /// nullopt: `key: null`, which drops one.
  std::map<std::string, std::optional<VolumeDraft>> volumes;
  std::vector<std::string> checks;     ///< Which of http, shell, command and none were written.
  std::vector<std::string> box_names;  ///< Of a Fleet.
  SourceSettings settings;             ///< Of a Source.
};

}  // namespace boxwright::specs
