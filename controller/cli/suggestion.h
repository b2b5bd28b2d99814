#pragma once
// "Did you mean", by the names that the command line uses.

#include "specs/base/nearest.h"

namespace boxwright::cli {

using boxwright::edit_distance;
using boxwright::nearest;

}  // namespace boxwright::cli
