#pragma once
// Boxes as a table for people. Pure.

#include <map>
#include <string>
#include <vector>

#include "controller/cli/look.h"

namespace boxwright::cli {

struct Columns {
  bool wide = false;
  bool age_of_status = false;  ///< Where it was not read just now.
};

using Row = std::vector<std::string>;

[[nodiscard]] Row box_header(const Columns& columns);
[[nodiscard]] Row box_row(const ShownBox& box, WallTime now, const Columns& columns);
[[nodiscard]] Row box_row(const ShownName& name);

/// Header and all rows.
[[nodiscard]] std::string box_table(const Looked& looked, WallTime now, const Columns& columns);

/// Follows a list: gives a line for what is new, changed or gone since the last look. A row has
/// changed when anything but its ages has.
class BoxFollower {
 public:
  explicit BoxFollower(std::string output) : output_(std::move(output)) {}

  /// What is to be printed now; at first everything.
  [[nodiscard]] std::string follow(const Looked& looked, WallTime now);

 private:
  struct Seen {
    Row row;
    std::string object;  ///< JSON, for machines.
  };
  using Items = std::map<std::string, Seen>;

  [[nodiscard]] Items items_of(const Looked& looked, WallTime now) const;
  [[nodiscard]] bool is_changed(const Seen& before, const Seen& now) const;
  [[nodiscard]] std::string lines(const std::vector<Row>& rows);
  [[nodiscard]] std::string machine_text(const std::string& name, const std::string& type,
                                         const Seen& seen) const;

  std::string output_;
  bool began_ = false;
  Items before_;
  /// Of the widest cells so far, with room for what READY and STATUS come to be: columns stay put.
  std::vector<std::size_t> widths_{0, 7, 14};
};

}  // namespace boxwright::cli
