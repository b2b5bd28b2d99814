#include "tests/support/box_builder.h"

#include "specs/base/digest.h"
#include "specs/model/canonical.h"
#include "state/ownership.h"

namespace boxwright::test {

namespace {

std::string id_of(const std::string& what) {
  return sha256_hex("test " + what);
}

NetworkId network_id() {
  return NetworkId{id_of("network")};
}

}  // namespace

MacKey test_mac_key() {
  const std::string bytes(32, 'k');
  return {sha256_hex(bytes).substr(0, 8), Secret{bytes}};
}

WallTime test_start() {
  return std::chrono::sys_days{std::chrono::year{2026} / std::chrono::January / 1};
}

BoxBuilder::BoxBuilder(const std::string& name) {
  record_.name = BoxName{name};
  record_.uid = BoxUid{id_of("uid " + name).substr(0, 16)};
  record_.source = SourceName{"default"};
  record_.revision = Revision{"r1"};
  record_.generation = 1;
  record_.origin = {name + ".yaml", {1, 1}};
  record_.settings.network = kTestNetwork;
  record_.spec.image = kTestImage;
  record_.spec.subdomain = name;
  record_.spec.volumes = specs::default_volumes();
}

BoxBuilder& BoxBuilder::image(const std::string& reference) {
  record_.spec.image = reference;
  return *this;
}

BoxBuilder& BoxBuilder::env(const std::string& key, const std::string& value) {
  record_.spec.env[key] = value;
  return *this;
}

BoxBuilder& BoxBuilder::secret(const std::string& key, const std::string& value) {
  record_.spec.secrets[key] = {record_.name.str() + "-" + key};
  secrets_.values[key] = Secret{value};
  return *this;
}

BoxBuilder& BoxBuilder::memory(Bytes bytes) {
  record_.spec.resources.memory = bytes;
  return *this;
}

BoxBuilder& BoxBuilder::owner(const std::string& owner) {
  record_.owner = owner;
  return *this;
}

BoxBuilder& BoxBuilder::domain(const std::string& domain) {
  record_.settings.domain = domain;
  return *this;
}

BoxBuilder& BoxBuilder::generation(std::int64_t generation) {
  record_.generation = generation;
  return *this;
}

BoxBuilder& BoxBuilder::with(const std::function<void(specs::BoxSpec&)>& change) {
  change(record_.spec);
  return *this;
}

engine::BoxQuery BoxBuilder::query() const {
  engine::BoxQuery query;
  query.installation = Installation{kTestInstallation};
  query.uid = record_.uid;
  query.name = record_.name;
  query.image = record_.spec.image;
  for (const auto& [key, volume] : record_.spec.volumes) {
    query.volume_names.insert(state::volume_name(record_.name, key));
  }
  return query;
}

specs::BoxDeclaration BoxBuilder::declaration() const {
  specs::BoxDeclaration declaration;
  declaration.name = record_.name;
  declaration.owner = record_.owner;
  declaration.labels = record_.labels;
  declaration.spec = record_.spec;
  declaration.origin = record_.origin;
  declaration.fields = record_.fields;
  return declaration;
}

state::BoxRecord BoxBuilder::converged_record() const {
  state::BoxRecord record = record_;
  record.containers.push_back(known_container());
  for (const auto& [key, volume] : record.spec.volumes)
    record.expected_volumes.push_back(key);
  return record;
}

plan::Wanted BoxBuilder::wanted() const {
  const MacKey key = test_mac_key();
  plan::WantedInput input;
  input.name = record_.name;
  input.uid = record_.uid;
  input.installation = Installation{kTestInstallation};
  input.spec = &record_.spec;
  input.settings = &record_.settings;
  input.secrets = &secrets_;
  input.mac_key = &key;
  return plan::wanted_container(input);
}

std::map<std::string, std::string> BoxBuilder::volume_labels(const std::string& key) const {
  state::OwnerLabels labels;
  labels.installation = Installation{kTestInstallation};
  labels.uid = record_.uid;
  labels.box = record_.name;
  labels.role = state::kRoleVolume;
  labels.owner = record_.owner;
  labels.volume_key = key;
  return state::write_owner(labels);
}

state::ImageConfig BoxBuilder::image_config(const std::string& reference) {
  state::ImageConfig image;
  image.id = ImageId{"sha256:" + id_of("image " + reference)};
  image.env["PATH"] = "/usr/bin:/bin";
  image.command = {"box-init"};
  return image;
}

state::ObservedContainer BoxBuilder::running_container() const {
  const plan::Wanted wanted = this->wanted();
  state::ObservedContainer container;
  container.id = ContainerId{id_of("container " + record_.name.str())};
  container.name = state::container_name(record_.name);
  container.config = wanted.config;
  container.config.labels[state::kLabelAttempt] = "attempt-1";
  const state::ImageConfig image = image_config(record_.spec.image);
  for (const auto& [key, value] : image.env)
    container.config.env.try_emplace(key, Secret{value});
  if (container.config.command.empty()) container.config.command = image.command;
  container.owner = state::read_owner(container.config.labels);
  container.state = state::ContainerState::Running;
  container.health = state::Health::Healthy;
  container.created_at = test_start();
  container.started_at = test_start();
  container.image_id = image.id;
  container.attachments = {{wanted.config.network, network_id(), true}};
  return container;
}

state::KnownContainer BoxBuilder::known_container() const {
  const plan::Wanted wanted = this->wanted();
  const state::ObservedContainer container = running_container();
  return {container.id,
          container.owner.attempt,
          wanted.spec_hash,
          wanted.secret_mac,
          plan::kRendererVersion,
          container.image_id,
          specs::canonical_json(record_.spec)};
}

state::ObservedVolume BoxBuilder::volume(const std::string& key) const {
  return {state::volume_name(record_.name, key), state::read_owner(volume_labels(key)), false,
          test_start()};
}

state::ObservedBox BoxBuilder::absent_box() const {
  state::ObservedBox box;
  box.at = test_start();
  box.wanted_image = image_config(record_.spec.image);
  box.networks.push_back({network_id(), record_.settings.network, {}});
  return box;
}

state::ObservedBox BoxBuilder::converged_box() const {
  state::ObservedBox box = absent_box();
  box.containers.push_back(running_container());
  box.container_images[box.wanted_image->id] = *box.wanted_image;
  for (const auto& [key, volume_spec] : record_.spec.volumes)
    box.volumes.push_back(volume(key));
  return box;
}

}  // namespace boxwright::test
