-- What every feature stands on. One dialect for SQLite and PostgreSQL: instants are BIGINT Unix milliseconds UTC,
-- civil dates and times ISO text, money BIGINT minor units, states TEXT with CHECK, flags BIGINT 0/1.

CREATE TABLE audit (
  chain TEXT NOT NULL,
  seq BIGINT NOT NULL CHECK (seq > 0),
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  before TEXT,
  after TEXT,
  request_id TEXT,
  previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (chain, seq)
);

-- Where each chain ends, and up to which row a seal vouches for it.
CREATE TABLE audit_head (
  chain TEXT PRIMARY KEY,
  seq BIGINT NOT NULL,
  hash TEXT NOT NULL,
  sealed_seq BIGINT NOT NULL,
  -- Stands for the comparison, since an index on seq would be written anew with every row of the chain.
  unsealed BIGINT NOT NULL CHECK (unsealed = CASE WHEN sealed_seq < seq THEN 1 ELSE 0 END)
-- Small rows that are only ever looked for by their key: one tree holds them, not a table and an index.
) /*sqlite: WITHOUT ROWID*/;
CREATE INDEX audit_head_unsealed ON audit_head (chain) WHERE unsealed = 1;

CREATE TABLE audit_seal (
  number BIGINT PRIMARY KEY CHECK (number > 0),
  at BIGINT NOT NULL,
  heads TEXT NOT NULL,
  previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL
);

CREATE TABLE outbox (
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  body TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  lease TEXT,
  lease_until BIGINT,
  parked_at BIGINT,
  last_error TEXT,
  -- In the order in which messages are taken, so that this is the only thing to be written for one.
  PRIMARY KEY (due_at, id)
) /*sqlite: WITHOUT ROWID*/;
CREATE INDEX outbox_parked ON outbox (id) WHERE parked_at IS NOT NULL;

CREATE TABLE idempotency (
  caller TEXT NOT NULL,
  key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  answer TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (caller, key)
);
CREATE INDEX idempotency_at ON idempotency (at);

-- Files live in the database, so that a backup is one file and all instances see them. BYTEA is PostgreSQL's name for
-- bytes; SQLite takes any name and keeps a blob as it is.
CREATE TABLE file_content (
  sha256 TEXT PRIMARY KEY,
  media_type TEXT NOT NULL,
  size BIGINT NOT NULL CHECK (size > 0),
  bytes BYTEA NOT NULL,
  created_at BIGINT NOT NULL
);
