#include <array>

#include "state/schemas.h"

namespace boxwright::state {

namespace {

/// "BWde" in ASCII.
constexpr std::int32_t kApplicationId = 0x42576465;

// desired_boxes and desired_source take whatever is written: what is wrong with a row is told where
// its writer looks (box_status, `get`), and its box goes on as it was. Orders (deletions, requests)
// are refused at once when they make no sense, since nothing would look at them again.
constexpr const char* kVersion1 = R"sql(
CREATE TABLE desired_boxes (
  name TEXT PRIMARY KEY,
  owner TEXT,
  labels TEXT,
  spec TEXT,
  revision INTEGER
);

CREATE TABLE desired_source (
  id INTEGER PRIMARY KEY CONSTRAINT desired_source_has_one_row_with_id_1 CHECK (id = 1),
  domain TEXT DEFAULT '',
  prune_delay TEXT DEFAULT '10m',
  secrets_dir TEXT DEFAULT '',
  complete INTEGER DEFAULT 1,
  routing TEXT DEFAULT 'labels',
  network TEXT DEFAULT 'traefik-public',
  entry_point TEXT DEFAULT 'websecure'
);

CREATE TABLE desired_deletions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  volumes INTEGER NOT NULL DEFAULT 0 CHECK (volumes IN (0, 1)),
  now INTEGER NOT NULL DEFAULT 0 CHECK (now IN (0, 1)),
  by TEXT NOT NULL DEFAULT '',
  at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'refused')),
  outcome TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE requests (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  verb TEXT NOT NULL CHECK (verb IN ('restart', 'suspend', 'resume', 'accept', 'confirm', 'grant',
                                     'hold', 'move-source')),
  subject TEXT NOT NULL,
  argument TEXT NOT NULL DEFAULT '',
  by TEXT NOT NULL DEFAULT '',
  at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'failed')),
  outcome TEXT NOT NULL DEFAULT ''
) STRICT;

-- revision_seen is a number for a box of this table, and a text for one that a folder declares.
CREATE TABLE box_status (
  name TEXT PRIMARY KEY NOT NULL,
  uid TEXT NOT NULL,
  revision_seen ANY,
  generation INTEGER NOT NULL,
  ready INTEGER NOT NULL,
  reason TEXT NOT NULL,
  message TEXT NOT NULL,
  observed_at TEXT NOT NULL
) STRICT;

CREATE TABLE desired_revision (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  value INTEGER NOT NULL
) STRICT;
INSERT INTO desired_revision VALUES (1, 0);

-- INSERT OR REPLACE fires no delete trigger, but always this one.
CREATE TRIGGER desired_boxes_inserted AFTER INSERT ON desired_boxes BEGIN
  INSERT INTO desired_source (id) SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM desired_source);
  UPDATE desired_revision SET value = value + 1;
  UPDATE desired_boxes SET revision = (SELECT value FROM desired_revision)
    WHERE rowid = NEW.rowid;
END;
CREATE TRIGGER desired_boxes_updated AFTER UPDATE OF name, owner, labels, spec ON desired_boxes
WHEN NEW.name IS NOT OLD.name OR NEW.owner IS NOT OLD.owner OR NEW.labels IS NOT OLD.labels
  OR NEW.spec IS NOT OLD.spec BEGIN
  UPDATE desired_revision SET value = value + 1;
  UPDATE desired_boxes SET revision = (SELECT value FROM desired_revision)
    WHERE rowid = NEW.rowid;
END;
CREATE TRIGGER desired_boxes_deleted AFTER DELETE ON desired_boxes BEGIN
  UPDATE desired_revision SET value = value + 1;
END;
CREATE TRIGGER desired_source_inserted AFTER INSERT ON desired_source BEGIN
  UPDATE desired_revision SET value = value + 1;
END;
CREATE TRIGGER desired_source_updated
AFTER UPDATE OF domain, prune_delay, secrets_dir, routing, network, entry_point ON desired_source
WHEN NEW.domain IS NOT OLD.domain OR NEW.prune_delay IS NOT OLD.prune_delay
  OR NEW.secrets_dir IS NOT OLD.secrets_dir OR NEW.routing IS NOT OLD.routing
  OR NEW.network IS NOT OLD.network OR NEW.entry_point IS NOT OLD.entry_point BEGIN
  UPDATE desired_revision SET value = value + 1;
END;
CREATE TRIGGER desired_source_deleted AFTER DELETE ON desired_source BEGIN
  UPDATE desired_revision SET value = value + 1;
END;

-- A box that is deleted by name leaves the table in the same transaction, whoever writes.
CREATE TRIGGER desired_deletions_inserted AFTER INSERT ON desired_deletions
WHEN NEW.state = 'pending' BEGIN
  DELETE FROM desired_boxes WHERE name = NEW.name;
END;
)sql";

// Orders to go back and about rollouts, and the limits of the table as a source. SQLite changes no
// CHECK, so the orders move to a new table; their numbers stay, and none is given twice.
constexpr const char* kVersion2 = R"sql(
CREATE TABLE requests_2 (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  verb TEXT NOT NULL CHECK (verb IN ('restart', 'suspend', 'resume', 'accept', 'confirm', 'grant',
                                     'hold', 'move-source', 'rollback', 'rollout',
                                     'resume-rollout')),
  subject TEXT NOT NULL,
  argument TEXT NOT NULL DEFAULT '',
  by TEXT NOT NULL DEFAULT '',
  at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'failed')),
  outcome TEXT NOT NULL DEFAULT ''
) STRICT;
INSERT INTO requests_2 (id, verb, subject, argument, by, at, state, outcome)
  SELECT id, verb, subject, argument, by, at, state, outcome FROM requests;
DELETE FROM sqlite_sequence WHERE name = 'requests_2';
INSERT INTO sqlite_sequence (name, seq)
  SELECT 'requests_2', seq FROM sqlite_sequence WHERE name = 'requests';
DROP TABLE requests;
ALTER TABLE requests_2 RENAME TO requests;

ALTER TABLE desired_source ADD COLUMN rollout_max_concurrent INTEGER DEFAULT 1;
ALTER TABLE desired_source ADD COLUMN rollout_max_failures INTEGER DEFAULT 0;
DROP TRIGGER desired_source_updated;
CREATE TRIGGER desired_source_updated
AFTER UPDATE OF domain, prune_delay, secrets_dir, routing, network, entry_point,
  rollout_max_concurrent, rollout_max_failures ON desired_source
WHEN NEW.domain IS NOT OLD.domain OR NEW.prune_delay IS NOT OLD.prune_delay
  OR NEW.secrets_dir IS NOT OLD.secrets_dir OR NEW.routing IS NOT OLD.routing
  OR NEW.network IS NOT OLD.network OR NEW.entry_point IS NOT OLD.entry_point
  OR NEW.rollout_max_concurrent IS NOT OLD.rollout_max_concurrent
  OR NEW.rollout_max_failures IS NOT OLD.rollout_max_failures BEGIN
  UPDATE desired_revision SET value = value + 1;
END;
)sql";

constexpr std::array kSteps{kVersion1, kVersion2};

constexpr FileSchema kSchema{
    .title = "public database", .application_id = kApplicationId, .steps = kSteps, .shared = true};

}  // namespace

const FileSchema& desired_schema() {
  return kSchema;
}

}  // namespace boxwright::state
