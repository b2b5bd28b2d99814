BEGIN TRANSACTION;
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
INSERT INTO "boxes" VALUES('ada','uid-ada','team','ada@example.org','{}','{"command":[],"deletion":{"delay":"24h","volumes":"retain"},"image":"box-base:1","subdomain":"ada"}',3,'ada.yaml',3,1,'{}','rev-3','{}','',NULL,NULL);
INSERT INTO "boxes" VALUES('bob','uid-bob','team','','{}','{"image":"box-base:2","subdomain":"bob"}',1,'bob.yaml',3,1,'{}','rev-3','{}','',NULL,NULL);
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
INSERT INTO "containers" VALUES('ada','c1','a1','v1:hash','','1','sha256:aaa','{"command":[],"deletion":{"delay":"24h","volumes":"retain"},"image":"box-base:1","subdomain":"ada"}',1);
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
, author TEXT NOT NULL DEFAULT '') STRICT;
INSERT INTO "events" VALUES(1,1000,'ada','uid-ada','Normal','BoxDeclared','declared at ada.yaml:3','rev-1','ok',0,'box ada is new','grace');
CREATE TABLE expected_volumes (
  box TEXT NOT NULL REFERENCES boxes (name) ON DELETE CASCADE,
  key TEXT NOT NULL,
  PRIMARY KEY (box, key)
) STRICT;
CREATE TABLE retained (
  uid TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  owner TEXT NOT NULL,
  keys TEXT NOT NULL,
  since INTEGER NOT NULL
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
CREATE TABLE statuses (
  name TEXT PRIMARY KEY NOT NULL,
  uid TEXT NOT NULL,
  conditions TEXT NOT NULL,
  container TEXT NOT NULL,
  container_state TEXT NOT NULL,
  url TEXT NOT NULL,
  observed_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX boxes_by_uid ON boxes (uid) WHERE uid <> '';
CREATE INDEX events_by_box ON events (box, seq);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('events',1);
COMMIT;
PRAGMA application_id = 1113027437;
PRAGMA user_version = 2;
