#pragma once
// Boxes that are left alone while this process works on their volumes: by a standing suspend that
// ends with this object. A process that was killed leaves it, so that no box starts on what is half
// done.

#include <memory>
#include <stop_token>
#include <vector>

#include "controller/cli/session.h"

namespace boxwright::cli {

/// As the one that acts where no controller runs; else beside it, with the engine at hand.
/// Gives whether this process holds the lock.
[[nodiscard]] Result<bool> open_for_volumes(Session& session, const std::string& verb,
                                            const std::stop_token& stop);

/// By its spec, or by an order that stands.
[[nodiscard]] Result<bool> is_suspended(Session& session, const BoxName& box);

class QuietBoxes {
 public:
  /// `alone`: this process holds the lock, and there is nobody to wait for. Conflict when another
  /// command of this kind is at work on one of them; DeadlineExceeded when the controller does not
  /// say in time that it obeys.
  [[nodiscard]] static Result<std::unique_ptr<QuietBoxes>> begin(Session& session, bool alone,
                                                                 const std::vector<BoxName>& boxes,
                                                                 const std::stop_token& stop);
  ~QuietBoxes();
  QuietBoxes(const QuietBoxes&) = delete;
  QuietBoxes& operator=(const QuietBoxes&) = delete;

  /// Ends what `begin` ordered, and no order of anybody else's.
  [[nodiscard]] Status end();
  /// Leaves them suspended, by an ordinary order of whoever this is: what was done to them has to
  /// be seen to first.
  [[nodiscard]] Status leave_suspended();

 private:
  struct Kept {
    BoxName box;
    std::int64_t id = 0;
    bool was_excepted = false;  ///< From a standing suspend of all boxes.
  };

  explicit QuietBoxes(Session& session) : session_(session) {}
  /// Gives the order that holds the box: one that stood before, or ours.
  [[nodiscard]] Result<std::int64_t> suspend(const BoxName& box);
  [[nodiscard]] Status await_obeyed(const BoxName& box, std::int64_t id,
                                    const std::stop_token& stop);
  [[nodiscard]] Status release(const Kept& kept);
  [[nodiscard]] Status finish(std::int64_t id);

  Session& session_;
  std::vector<Kept> suspended_;
};

}  // namespace boxwright::cli
