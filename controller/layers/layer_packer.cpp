#include "controller/layers/layer_packer.h"

#include <archive.h>
#include <archive_entry.h>

#include <optional>

#include "specs/base/digest_stream.h"

namespace boxwright::layers {

struct LayerPacker::Parts {
  LayerSink& sink;
  Sha256Stream digest;
  Bytes size{0};
  std::optional<Error> failure;
  archive* out = archive_write_new();

  explicit Parts(LayerSink& into) : sink(into) {}
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;
  ~Parts() { archive_write_free(out); }

  /// No error of ours crosses the library's C frames.
  static la_ssize_t write(archive* /*out*/, void* user, const void* data, std::size_t size) {
    auto& self = *static_cast<Parts*>(user);
    if (self.failure) return -1;
    const std::string_view bytes(static_cast<const char*>(data), size);
    if (auto written = self.sink.write(bytes); !written) {
      self.failure = written.error();
      return -1;
    }
    self.digest.add(bytes);
    self.size.count += static_cast<std::int64_t>(size);
    return static_cast<la_ssize_t>(size);
  }

  [[nodiscard]] Status told(int code) const {
    if (failure) return tl::unexpected(*failure);
    if (code >= ARCHIVE_WARN) return {};
    const char* words = archive_error_string(out);
    return fail(ErrorCode::Internal, RetryClass::Transient, "cannot pack a file: {}",
                words == nullptr ? "no reason given" : words);
  }
};

LayerPacker::LayerPacker(LayerSink& sink) : parts_(std::make_unique<Parts>(sink)) {
  auto* out = parts_->out;
  archive_write_set_format_pax_restricted(out);
  // Names are bytes; the program that reads them knows no better.
  archive_write_set_options(out, "hdrcharset=BINARY");
  archive_write_add_filter_zstd(out);
  archive_write_set_bytes_per_block(out, 64 << 10);
  archive_write_set_bytes_in_last_block(out, 1);
  archive_write_open(out, parts_.get(), nullptr, Parts::write, nullptr);
}

LayerPacker::~LayerPacker() {
  // Without end() the library would write its last block into a sink that nobody wants.
  if (!parts_->failure) parts_->failure = Error{ErrorCode::Cancelled, RetryClass::Transient, {}};
}

Status LayerPacker::begin(archive_entry& entry) {
  return parts_->told(archive_write_header(parts_->out, &entry));
}

Status LayerPacker::data(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto put = archive_write_data(parts_->out, bytes.data(), bytes.size());
    if (put <= 0) {
      BW_TRY(parts_->told(ARCHIVE_FATAL));
      return {};
    }
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return {};
}

Result<PackedLayer> LayerPacker::end() {
  BW_TRY(parts_->told(archive_write_close(parts_->out)));
  return PackedLayer{parts_->size, parts_->digest.hex()};
}

}  // namespace boxwright::layers
