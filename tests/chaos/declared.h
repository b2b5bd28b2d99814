#pragma once
// What is declared: ten boxes in files, as they are meant to be and as they are just now.

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tests/chaos/chance.h"

namespace boxwright::chaos {

/// A declared box. Every change of it that must make a new container counts `revision` up.
struct DeclaredBox {
  std::string image = "bb:1";
  int revision = 0;
  int memory_mib = 64;
  int centi_cpus = 50;
  bool stopped = false;
  bool absent = false;
  /// Lines below `spec:` that cannot work; empty: it is meant well.
  std::string fault;
};

class Declared {
 public:
  Declared(std::filesystem::path folder, int boxes);

  [[nodiscard]] std::vector<std::string> names() const;
  [[nodiscard]] DeclaredBox& box(const std::string& name) { return boxes_.at(name); }
  /// Writes the box's file as it is now, or takes it away. Now and then, not in one go.
  void write(const std::string& name, Chance& chance) const;
  /// Everything present, running, and meant well.
  void mend();

 private:
  [[nodiscard]] static std::string text_of(const std::string& name, const DeclaredBox& box);

  std::filesystem::path folder_;
  std::map<std::string, DeclaredBox> boxes_;
};

}  // namespace boxwright::chaos
