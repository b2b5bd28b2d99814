BEGIN TRANSACTION;
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
CREATE TABLE desired_boxes (
  name TEXT PRIMARY KEY,
  owner TEXT,
  labels TEXT,
  spec TEXT,
  revision INTEGER
);
INSERT INTO "desired_boxes" VALUES('ada',NULL,NULL,'{"image": "box-base:1"}',2);
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
CREATE TABLE desired_revision (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  value INTEGER NOT NULL
) STRICT;
INSERT INTO "desired_revision" VALUES(1,2);
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
INSERT INTO "desired_source" VALUES(1,'','10m','',1,'labels','traefik-public','websecure');
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
INSERT INTO "requests" VALUES(1,'restart','ada','','grace','2026-11-01T00:00:00.000Z','pending','');
INSERT INTO "requests" VALUES(2,'suspend','*','','grace','2026-11-01T00:00:00.000Z','pending','');
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
CREATE TRIGGER desired_deletions_inserted AFTER INSERT ON desired_deletions
WHEN NEW.state = 'pending' BEGIN
  DELETE FROM desired_boxes WHERE name = NEW.name;
END;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('requests',3);
COMMIT;
PRAGMA application_id = 1113023589;
PRAGMA user_version = 1;
