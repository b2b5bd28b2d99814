#pragma once
// Names and identifiers that must not be mixed up, each a type of its own.

#include <compare>
#include <functional>
#include <string>
#include <utility>

namespace boxwright {

/// A string with a meaning. No implicit conversion either way.
template <class Tag>
class StrongId {
 public:
  StrongId() = default;
  explicit StrongId(std::string text) : text_(std::move(text)) {}

  [[nodiscard]] const std::string& str() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }

  auto operator<=>(const StrongId&) const = default;
  bool operator==(const StrongId&) const = default;

 private:
  std::string text_;
};

/// What a person calls a box: a DNS label of at most 40 characters.
using BoxName = StrongId<struct BoxNameTag>;
/// Given once by the store; names the box's data. Lower-case hex, 16 characters.
using BoxUid = StrongId<struct BoxUidTag>;
/// The engine's full container ID.
using ContainerId = StrongId<struct ContainerIdTag>;
/// The engine's image ID, for example `sha256:...`. Only ever compared on the same engine.
using ImageId = StrongId<struct ImageIdTag>;
/// The engine's network ID.
using NetworkId = StrongId<struct NetworkIdTag>;
/// The name of a volume as the engine knows it: `box-ada-workspace`.
using VolumeName = StrongId<struct VolumeNameTag>;
/// The name in a source's marker; the identity of the source.
using SourceName = StrongId<struct SourceNameTag>;
/// Names one state of a source (content digest or table revision).
using Revision = StrongId<struct RevisionTag>;
/// One Boxwright and its mark on the engine's objects.
using Installation = StrongId<struct InstallationTag>;
/// One try at creating a container; written on it as a label.
using Attempt = StrongId<struct AttemptTag>;

}  // namespace boxwright

template <class Tag>
struct std::hash<boxwright::StrongId<Tag>> {
  std::size_t operator()(const boxwright::StrongId<Tag>& id) const noexcept {
    return std::hash<std::string>{}(id.str());
  }
};
