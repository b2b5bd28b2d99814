// What a container holds beside its image and its volumes.

#include <algorithm>

#include "controller/engine/docker/json_access.h"
#include "controller/engine/docker/json_parts.h"
#include "controller/engine/docker/json_read.h"

namespace boxwright::docker {

Result<LayerFacts> read_layer_facts(const std::string& inspect_with_size) {
  return read_document<LayerFacts>(inspect_with_size, [](const Fields& document) {
    LayerFacts facts;
    facts.size.count = std::max<std::int64_t>(document.integer("SizeRw"), 0);
    facts.folder = document.inner("GraphDriver").inner("Data").text("UpperDir");
    return facts;
  });
}

Result<std::vector<engine::LayerChange>> read_layer_changes(const std::string& text) {
  return read_items<engine::LayerChange>(text, [](const Fields& item) {
    engine::LayerChange change;
    change.path = item.text("Path");
    if (change.path.empty()) item.complain("Path", "present");
    switch (item.integer("Kind")) {
      case 0: change.kind = engine::LayerChangeKind::Modified; break;
      case 1: change.kind = engine::LayerChangeKind::Added; break;
      case 2: change.kind = engine::LayerChangeKind::Deleted; break;
      default: item.complain("Kind", "0, 1 or 2");
    }
    return change;
  });
}

}  // namespace boxwright::docker
