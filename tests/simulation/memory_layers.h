#pragma once
// Saved layers without a disk: what was kept stays, whatever becomes of the process.

#include <map>
#include <mutex>

#include "controller/layers/layer_files.h"

namespace boxwright::test {

class MemoryLayers final : public layers::LayerFiles {
 public:
  [[nodiscard]] Result<std::vector<layers::LayerNote>> notes(const BoxUid& uid) const override;
  [[nodiscard]] Result<std::unique_ptr<layers::LayerSink>> begin(const BoxUid& uid,
                                                                 const std::string& name) override;
  [[nodiscard]] Status put_note(const layers::LayerNote& note) override;
  [[nodiscard]] Result<engine::ArchiveChunks> open(const layers::LayerNote& note) const override;
  [[nodiscard]] Status remove(const layers::LayerNote& note) override;
  [[nodiscard]] Status remove_strays(WallTime /*before*/) override { return {}; }

  /// No room: whatever is written fails, until there is some again.
  void set_full(bool full);
  /// How often notes were read.
  [[nodiscard]] std::size_t reads() const;
  /// The contents of every regular file that is kept of a container, by absolute path.
  [[nodiscard]] std::map<std::string, std::string> files_of(const ContainerId& container) const;

 private:
  class Sink;
  using Key = std::pair<BoxUid, std::string>;

  mutable std::mutex mutex_;
  mutable std::size_t reads_ = 0;
  bool full_ = false;
  std::map<Key, std::string> archives_;
  std::map<Key, layers::LayerNote> notes_;
};

}  // namespace boxwright::test
