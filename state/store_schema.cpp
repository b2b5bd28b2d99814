#include <array>

#include "state/schemas.h"

namespace boxwright::state {

namespace {

/// "BWsm" in ASCII.
constexpr std::int32_t kApplicationId = 0x4257736d;

// Moments are milliseconds since 1970. Maps and lists that are only ever read whole are JSON.
constexpr const char* kVersion1 = R"sql(
CREATE TABLE boxes (
  name TEXT PRIMARY KEY NOT NULL,
  uid TEXT NOT NULL,
  source TEXT NOT NULL,
  owner TEXT NOT NULL,
  labels TEXT NOT NULL,
  spec TEXT NOT NULL,
  generation INTEGER NOT NULL,
  origin_file TEXT NOT NULL,
  origin_line INTEGER NOT NULL,
  origin_column INTEGER NOT NULL,
  fields TEXT NOT NULL,
  revision TEXT NOT NULL,
  settings TEXT NOT NULL,
  problem TEXT NOT NULL,
  tombstone TEXT,
  verdict TEXT
) STRICT;
-- Two boxes on one set of volumes must be impossible to write down.
CREATE UNIQUE INDEX boxes_by_uid ON boxes (uid) WHERE uid <> '';

CREATE TABLE containers (
  box TEXT NOT NULL REFERENCES boxes (name) ON DELETE CASCADE,
  id TEXT NOT NULL,
  attempt TEXT NOT NULL,
  spec_hash TEXT NOT NULL,
  secret_mac TEXT NOT NULL,
  renderer TEXT NOT NULL,
  image_id TEXT NOT NULL,
  spec TEXT NOT NULL,
  proven INTEGER NOT NULL,
  PRIMARY KEY (box, id)
) STRICT;

CREATE TABLE expected_volumes (
  box TEXT NOT NULL REFERENCES boxes (name) ON DELETE CASCADE,
  key TEXT NOT NULL,
  PRIMARY KEY (box, key)
) STRICT;

CREATE TABLE sources (
  name TEXT PRIMARY KEY NOT NULL,
  place TEXT NOT NULL,
  revision TEXT NOT NULL,
  settings TEXT NOT NULL,
  last_good INTEGER NOT NULL,
  error TEXT NOT NULL,
  moved_to TEXT NOT NULL,
  prune_digest TEXT NOT NULL,
  prune_message TEXT NOT NULL,
  prune_set TEXT NOT NULL,
  prune_confirmed TEXT NOT NULL,
  sizes TEXT NOT NULL,
  removals TEXT NOT NULL
) STRICT;

CREATE TABLE retained (
  uid TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  owner TEXT NOT NULL,
  keys TEXT NOT NULL,
  since INTEGER NOT NULL
) STRICT;

CREATE TABLE statuses (
  name TEXT PRIMARY KEY NOT NULL,
  uid TEXT NOT NULL,
  conditions TEXT NOT NULL,
  container TEXT NOT NULL,
  container_state TEXT NOT NULL,
  url TEXT NOT NULL,
  observed_at INTEGER NOT NULL
) STRICT;

-- AUTOINCREMENT: a number is never given twice, so that "after number n" stays true for a reader.
CREATE TABLE events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  box TEXT NOT NULL,
  uid TEXT NOT NULL,
  type TEXT NOT NULL,
  action TEXT NOT NULL,
  cause TEXT NOT NULL,
  revision TEXT NOT NULL,
  result TEXT NOT NULL,
  duration_ms INTEGER NOT NULL,
  message TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_box ON events (box, seq);
)sql";

// Whose hand is behind an event, as far as its source tells.
constexpr const char* kVersion2 = R"sql(
ALTER TABLE events ADD COLUMN author TEXT NOT NULL DEFAULT '';
)sql";

// The history of each box. What boxes there were has its first entry without a past.
constexpr const char* kVersion3 = R"sql(
ALTER TABLE boxes ADD COLUMN rollback TEXT;

CREATE TABLE generations (
  uid TEXT NOT NULL,
  generation INTEGER NOT NULL,
  part INTEGER NOT NULL,
  spec TEXT NOT NULL,
  image_id TEXT NOT NULL,
  secret_mac TEXT NOT NULL,
  source TEXT NOT NULL,
  revision TEXT NOT NULL,
  author TEXT NOT NULL,
  rollback_to TEXT NOT NULL,
  wanted_at INTEGER NOT NULL,
  applied_at INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (uid, generation, part)
) STRICT;
INSERT INTO generations
  SELECT uid, generation, 0, spec, '', '', source, revision, '', '', 0, 0, 'Pending', ''
  FROM boxes WHERE uid <> '';
)sql";

// When a person let the halted rollout of a source go on.
constexpr const char* kVersion4 = R"sql(
ALTER TABLE sources ADD COLUMN rollout_resumed INTEGER NOT NULL DEFAULT 0;
)sql";

constexpr std::array kSteps{kVersion1, kVersion2, kVersion3, kVersion4};

constexpr FileSchema kSchema{
    .title = "memory database", .application_id = kApplicationId, .steps = kSteps, .shared = false};

}  // namespace

const FileSchema& store_schema() {
  return kSchema;
}

}  // namespace boxwright::state
