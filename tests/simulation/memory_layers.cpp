#include "tests/simulation/memory_layers.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>

#include "controller/layers/archive_reader.h"

namespace boxwright::test {

namespace {

tl::unexpected<Error> no_room() {
  return fail(ErrorCode::Unavailable, RetryClass::Terminal,
              "cannot write /state/layers: No space left on device");
}

}  // namespace

class MemoryLayers::Sink final : public layers::LayerSink {
 public:
  Sink(MemoryLayers& layers, Key key) : layers_(layers), key_(std::move(key)) {}

  Status write(std::string_view bytes) override {
    const std::lock_guard lock(layers_.mutex_);
    if (layers_.full_) return no_room();
    bytes_ += bytes;
    return {};
  }
  Status keep() override {
    const std::lock_guard lock(layers_.mutex_);
    if (layers_.full_) return no_room();
    layers_.archives_[key_] = std::move(bytes_);
    return {};
  }

 private:
  MemoryLayers& layers_;
  Key key_;
  std::string bytes_;
};

Result<std::vector<layers::LayerNote>> MemoryLayers::notes(const BoxUid& uid) const {
  const std::lock_guard lock(mutex_);
  ++reads_;
  std::vector<layers::LayerNote> found;
  for (const auto& [key, note] : notes_) {
    if (uid.empty() || key.first == uid) found.push_back(note);
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.saved_at < b.saved_at; });
  return found;
}

Result<std::unique_ptr<layers::LayerSink>> MemoryLayers::begin(const BoxUid& uid,
                                                               const std::string& name) {
  return std::unique_ptr<layers::LayerSink>(std::make_unique<Sink>(*this, Key{uid, name}));
}

Status MemoryLayers::put_note(const layers::LayerNote& note) {
  const std::lock_guard lock(mutex_);
  if (full_) return no_room();
  // As the real ones do it: what cannot be written and read again is not kept.
  BW_TRY_ASSIGN(notes_[Key(note.uid, note.name)], layers::read_note(layers::note_json(note)));
  return {};
}

Result<engine::ArchiveChunks> MemoryLayers::open(const layers::LayerNote& note) const {
  const std::lock_guard lock(mutex_);
  const auto found = archives_.find(Key{note.uid, note.name});
  if (found == archives_.end()) {
    return fail(ErrorCode::NotFound, RetryClass::Terminal, "there is no such layer");
  }
  return engine::ArchiveChunks([bytes = found->second]() mutable -> Result<std::string> {
    return std::exchange(bytes, {});
  });
}

Status MemoryLayers::remove(const layers::LayerNote& note) {
  const std::lock_guard lock(mutex_);
  notes_.erase(Key{note.uid, note.name});
  archives_.erase(Key{note.uid, note.name});
  return {};
}

std::size_t MemoryLayers::reads() const {
  const std::lock_guard lock(mutex_);
  return reads_;
}

void MemoryLayers::set_full(bool full) {
  const std::lock_guard lock(mutex_);
  full_ = full;
}

std::map<std::string, std::string> MemoryLayers::files_of(const ContainerId& container) const {
  std::map<std::string, std::string> files;
  const auto all = notes({});
  for (const auto& note : *all) {
    if (note.container != container || !note.archive) continue;
    const auto read = layers::read_entries(*this, note, [&](archive& in, archive_entry& entry) {
      std::string bytes(static_cast<std::size_t>(archive_entry_size(&entry)), '\0');
      const auto got = archive_read_data(&in, bytes.data(), bytes.size());
      if (archive_entry_filetype(&entry) == AE_IFREG && got >= 0)
        files[std::string("/") + archive_entry_pathname(&entry)] = bytes;
      return Status{};
    });
    if (!read) files["cannot be read"] = read.error().message;
  }
  return files;
}

}  // namespace boxwright::test
