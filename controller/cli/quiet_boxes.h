#pragma once
// Boxes that are left alone while this process works on their volumes: with the lock, since nobody
// else acts; beside a controller, by a standing suspend that ends with this object.

#include <memory>
#include <stop_token>
#include <vector>

#include "controller/cli/session.h"

namespace boxwright::cli {

/// As the one that acts where no controller runs; else beside it, with the engine at hand.
/// Gives whether this process holds the lock.
[[nodiscard]] Result<bool> open_for_volumes(Session& session, const std::string& verb,
                                            const std::stop_token& stop);

class QuietBoxes {
 public:
  /// `alone`: this process holds the lock. Conflict when another command of this kind is at work on
  /// one of them; DeadlineExceeded when the controller does not say in time that it obeys.
  [[nodiscard]] static Result<std::unique_ptr<QuietBoxes>> begin(Session& session, bool alone,
                                                                 const std::vector<BoxName>& boxes,
                                                                 const std::stop_token& stop);
  ~QuietBoxes();
  QuietBoxes(const QuietBoxes&) = delete;
  QuietBoxes& operator=(const QuietBoxes&) = delete;

  /// Lets the controller go on with them. Those that were suspended before stay so.
  [[nodiscard]] Status end();

 private:
  explicit QuietBoxes(Session& session) : session_(session) {}
  [[nodiscard]] Status suspend(const BoxName& box, const std::stop_token& stop);

  Session& session_;
  std::vector<BoxName> suspended_;
};

}  // namespace boxwright::cli
