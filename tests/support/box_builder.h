#pragma once
// Boxes for tests, in every form they take: declared, remembered, wanted, seen. All forms of one
// builder agree with each other, so that a test writes down only what it is about.

#include <functional>
#include <map>
#include <string>

#include "controller/engine/engine.h"
#include "controller/plan/wanted.h"
#include "state/observed.h"
#include "state/records.h"

namespace boxwright::test {

inline constexpr const char* kTestInstallation = "test";
inline constexpr const char* kTestImage = "box-base:1";
inline constexpr const char* kTestNetwork = "traefik-public";

/// A MAC key that is the same in every test.
[[nodiscard]] MacKey test_mac_key();
/// 2026-01-01T00:00:00Z, where FakeClock starts.
[[nodiscard]] WallTime test_start();

/// `BoxBuilder("ada").env("EDITOR", "vim").record()`. Every field that is not set is the default of
/// the specification; the UID follows from the name.
class BoxBuilder {
 public:
  explicit BoxBuilder(const std::string& name);

  BoxBuilder& image(const std::string& reference);
  BoxBuilder& env(const std::string& key, const std::string& value);
  /// A variable from a secret, with the value that it resolves to.
  BoxBuilder& secret(const std::string& key, const std::string& value);
  BoxBuilder& memory(Bytes bytes);
  BoxBuilder& owner(const std::string& owner);
  BoxBuilder& domain(const std::string& domain);
  BoxBuilder& generation(std::int64_t generation);
  /// Any other field of the spec.
  BoxBuilder& with(const std::function<void(specs::BoxSpec&)>& change);

  [[nodiscard]] BoxName name() const { return record_.name; }
  [[nodiscard]] BoxUid uid() const { return record_.uid; }
  [[nodiscard]] const specs::BoxSpec& spec() const { return record_.spec; }
  [[nodiscard]] const plan::ResolvedSecrets& secrets() const { return secrets_; }
  [[nodiscard]] engine::BoxQuery query() const;
  [[nodiscard]] specs::BoxDeclaration declaration() const;
  /// As remembered before anything was created.
  [[nodiscard]] state::BoxRecord record() const { return record_; }
  /// As remembered once it converged: its container known, its volumes expected.
  [[nodiscard]] state::BoxRecord converged_record() const;
  [[nodiscard]] plan::Wanted wanted() const;
  /// The labels of one of its volumes.
  [[nodiscard]] std::map<std::string, std::string> volume_labels(const std::string& key) const;

  [[nodiscard]] static state::ImageConfig image_config(const std::string& reference);
  /// Its container as wanted, running and healthy, attached to its network.
  [[nodiscard]] state::ObservedContainer running_container() const;
  [[nodiscard]] state::KnownContainer known_container() const;
  [[nodiscard]] state::ObservedVolume volume(const std::string& key) const;
  /// Nothing of it exists; the image and the network do.
  [[nodiscard]] state::ObservedBox absent_box() const;
  /// Exactly what is wanted exists.
  [[nodiscard]] state::ObservedBox converged_box() const;

 private:
  state::BoxRecord record_;
  plan::ResolvedSecrets secrets_;
};

}  // namespace boxwright::test
