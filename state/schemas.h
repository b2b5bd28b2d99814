#pragma once
// The tables of both databases, as numbered SQL. Private to this folder.

#include "state/sqlite_file.h"

namespace boxwright::state {

/// `state.db`. A new version is a new step at the end; a released step is never edited.
[[nodiscard]] const FileSchema& store_schema();
/// `desired.db`. Its tables are a promise to other programs: docs/sqlite.md.
[[nodiscard]] const FileSchema& desired_schema();

}  // namespace boxwright::state
