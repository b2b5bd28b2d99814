#include "controller/cli/frozen_source.h"

namespace boxwright::cli {

namespace {

class FrozenSource final : public specs::SpecSource {
 public:
  FrozenSource(std::string place, specs::Snapshot snapshot)
      : place_(std::move(place)), snapshot_(std::move(snapshot)) {}

  [[nodiscard]] std::string place() const override { return place_; }
  [[nodiscard]] Result<std::optional<specs::Snapshot>> poll(MonoTime /*now*/) override {
    return std::exchange(snapshot_, std::nullopt);
  }

 private:
  std::string place_;
  std::optional<specs::Snapshot> snapshot_;  ///< Until it was handed out.
};

}  // namespace

std::unique_ptr<specs::SpecSource> freeze(const plan::SourceReading& reading) {
  return std::make_unique<FrozenSource>(reading.place, *reading.snapshot);
}

}  // namespace boxwright::cli
