#include "state/ownership.h"

#include <cctype>

namespace boxwright::state {

namespace {

std::string label(const std::map<std::string, std::string>& labels, const char* key) {
  const auto found = labels.find(key);
  return found == labels.end() ? std::string{} : found->second;
}

}  // namespace

std::string container_name(const BoxName& box) {
  return "box-" + box.str();
}

std::string candidate_name(const BoxName& box) {
  return container_name(box) + ".next";
}

std::string previous_name(const BoxName& box) {
  return container_name(box) + ".prev";
}

VolumeName volume_name(const BoxName& box, const std::string& key) {
  return VolumeName{container_name(box) + "-" + key};
}

std::string hold_name(const Installation& installation) {
  std::string name = kHoldPrefix + installation.str();
  for (char& letter : name) {
    const auto byte = static_cast<unsigned char>(letter);
    const bool fits = std::isalnum(byte) != 0 || letter == '-' || letter == '_';
    if (!fits) letter = '_';
  }
  return name;
}

std::string next_hold_name(const Installation& installation) {
  return hold_name(installation) + ".next";
}

std::string spare_hold_name(const Installation& installation) {
  return hold_name(installation) + ".spare";
}

OwnerLabels read_owner(const std::map<std::string, std::string>& labels) {
  OwnerLabels owner;
  owner.installation = Installation{label(labels, kLabelInstallation)};
  owner.uid = BoxUid{label(labels, kLabelUid)};
  owner.box = BoxName{label(labels, kLabelBox)};
  owner.role = label(labels, kLabelRole);
  owner.attempt = Attempt{label(labels, kLabelAttempt)};
  owner.spec_hash = label(labels, kLabelSpecHash);
  owner.renderer = label(labels, kLabelRenderer);
  owner.secret_mac = label(labels, kLabelSecretMac);
  owner.owner = label(labels, kLabelOwner);
  owner.volume_key = label(labels, kLabelVolumeKey);
  return owner;
}

std::map<std::string, std::string> write_owner(const OwnerLabels& owner) {
  std::map<std::string, std::string> labels;
  const auto put = [&labels](const char* key, const std::string& value) {
    if (!value.empty()) labels[key] = value;
  };
  put(kLabelInstallation, owner.installation.str());
  put(kLabelUid, owner.uid.str());
  put(kLabelBox, owner.box.str());
  put(kLabelRole, owner.role);
  put(kLabelAttempt, owner.attempt.str());
  put(kLabelSpecHash, owner.spec_hash);
  put(kLabelRenderer, owner.renderer);
  put(kLabelSecretMac, owner.secret_mac);
  put(kLabelOwner, owner.owner);
  put(kLabelVolumeKey, owner.volume_key);
  return labels;
}

}  // namespace boxwright::state
