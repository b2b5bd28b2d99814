#pragma once
// What a verb does when no controller runs: it takes the lock and carries the order out itself.

#include <optional>
#include <stop_token>
#include <vector>

#include "controller/cli/options.h"
#include "specs/base/error.h"
#include "specs/base/ids.h"

namespace boxwright::cli {

struct OrderScope {
  /// The boxes to act on, and no other; none: the order is decided and recorded only.
  std::vector<BoxName> boxes;
  bool all_boxes = false;
  /// The folder of this source is read (and the table); empty: of every source that is known.
  SourceName source;
};

/// Takes the lock, reads the sources and acts until these boxes are settled, have stalled, or the
/// time is over. Conflict when somebody took the lock meanwhile.
[[nodiscard]] Status act_alone(const Options& options, const OrderScope& scope,
                               const std::stop_token& stop);

/// How long an order is waited for.
[[nodiscard]] Duration order_timeout(const Options& options);
/// Who gives it, for the record.
[[nodiscard]] std::string order_giver();

}  // namespace boxwright::cli
