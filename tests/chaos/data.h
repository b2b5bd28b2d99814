#pragma once
// What people have in their volumes: a file of random content in each, remembered byte for byte.

#include <map>
#include <string>
#include <vector>

#include "tests/chaos/chance.h"
#include "tests/chaos/stage.h"

namespace boxwright::chaos {

class Data {
 public:
  /// Writes a file into every volume of these boxes, which exist, and notes whose they are.
  void put(Stage& stage, const std::vector<std::string>& boxes, Chance& chance);
  /// What is not as it was, one a line; empty: all of it is. Looks at the files alone.
  [[nodiscard]] std::string missing(const Stage& stage) const;
  /// Volumes that are not the ones of then: another UID, or none.
  [[nodiscard]] std::string exchanged(Stage& stage) const;
  [[nodiscard]] std::size_t count() const { return content_.size(); }

 private:
  std::map<std::string, std::string> content_;  ///< By volume.
  std::map<std::string, std::string> uids_;     ///< By volume.
};

}  // namespace boxwright::chaos
