#pragma once
// A box with something in every field, and how its container would be seen.

#include <optional>
#include <string>

#include "controller/plan/wanted.h"

namespace boxwright::plan {

inline constexpr const char* kCanary = "canary-3e1b9d";
inline constexpr const char* kOldCanary = "old-canary-77c2";

inline MacKey key_of(char fill) {
  const std::string bytes(32, fill);
  return MacKey{sha256_hex(bytes).substr(0, 8), Secret(bytes)};
}

inline specs::BoxSpec full_spec() {
  specs::BoxSpec spec;
  spec.image = "box-base:1";
  spec.subdomain = "ada";
  spec.env = {{"EDITOR", "vim"}, {"LANG", "C.UTF-8"}};
  spec.secrets = {{"PASSWORD", {"ada-password"}}, {"TOKEN", {"ada-token"}}};
  spec.volumes = specs::default_volumes();
  spec.publish = {{"127.0.0.1", 2222, 22, "tcp"}};
  return spec;
}

/// Owns what a WantedInput points to.
struct World {
  specs::BoxSpec spec = full_spec();
  specs::SourceSettings settings;
  ResolvedSecrets secrets;
  MacKey key = key_of('k');
  BoxName name{"ada"};
  BoxUid uid{"0123456789abcdef"};
  Installation installation{"default"};

  World() {
    settings.domain = "boxes.example";
    secrets.values = {{"PASSWORD", Secret(kCanary)},
                      {"TOKEN", Secret(std::string(kCanary) + "-2")},
                      {"MORE", Secret("more")}};
  }
  [[nodiscard]] Wanted wanted() const {
    return wanted_container({name, uid, installation, &spec, &settings, &secrets, &key});
  }
};

inline state::ImageConfig image_of_box() {
  state::ImageConfig image;
  image.labels = {{"org.example", "1"}};
  image.env = {{"PATH", "/bin"}, {"EDITOR", "nano"}};
  image.entrypoint = {"/entry"};
  image.command = {"serve"};
  image.healthcheck = {{"CMD", "true"}, Duration{7000}, Duration{8000}, Duration{9000}, 9};
  return image;
}

/// As inspect shows the wanted container, with what the image adds.
inline state::ContainerConfig as_inspected(const Wanted& wanted, const state::ImageConfig& image) {
  state::ContainerConfig config = wanted.config;
  for (const auto& [name, value] : image.env) {
    config.env.emplace(name, Secret(value));
  }
  config.labels.insert(image.labels.begin(), image.labels.end());
  config.labels["dev.boxwright.attempt"] = "a1";
  config.entrypoint = image.entrypoint;
  if (config.command.empty()) config.command = image.command;
  config.log_options["compress"] = "true";
  return config;
}

}  // namespace boxwright::plan
