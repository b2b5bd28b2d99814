#pragma once
// docs/engine-permissions.md as data: the table of calls, and the expressions of its allow-list.

#include <regex>
#include <set>
#include <string>
#include <vector>

#include "tests/support/engine_proxy.h"

namespace boxwright::test {

class PermissionPage {
 public:
  struct Row {
    std::string method;
    std::string path;  ///< As it stands there, `{id}` and all.
    std::set<std::string> query;
    std::string when;

    /// Not asked for of a test run; its words say why.
    [[nodiscard]] bool is_rare() const { return when.starts_with("rare:"); }
    [[nodiscard]] bool fits(const EngineRequest& request) const;

   private:
    friend class PermissionPage;
    std::regex pattern_;
  };

  /// Throws std::runtime_error if it makes no sense.
  explicit PermissionPage(const std::string& markdown);

  [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }
  /// Method and path are in the table and no parameter is missing there; nullptr: they are not.
  [[nodiscard]] const Row* row_of(const EngineRequest& request) const;
  /// As the proxy that the page configures would decide.
  [[nodiscard]] bool is_allowed(const EngineRequest& request) const;

 private:
  struct Allowed {
    std::string method;
    std::regex pattern;
  };

  void read_row(const std::string& line);
  void read_allowed(const std::string& line);

  std::vector<Row> rows_;
  std::vector<Allowed> allowed_;
};

}  // namespace boxwright::test
