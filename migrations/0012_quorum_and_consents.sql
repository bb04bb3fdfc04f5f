-- What a session needs of people before it is confirmed. A session without a row goes by the operator's settings.
CREATE TABLE quorum (
  session_id TEXT PRIMARY KEY REFERENCES session (id),
  hospitals_least BIGINT NOT NULL CHECK (hospitals_least >= 0),
  hospitals_most BIGINT NOT NULL CHECK (hospitals_most >= hospitals_least),
  experts_least BIGINT NOT NULL CHECK (experts_least >= 0),
  experts_most BIGINT NOT NULL CHECK (experts_most >= experts_least),
  companies_least BIGINT NOT NULL CHECK (companies_least >= 0),
  deadline_at BIGINT NOT NULL,
  -- Once, when the deadline had passed and something was missing.
  warned_at BIGINT,
  confirmed_at BIGINT,
  version BIGINT NOT NULL
);

-- What a guest agreed to, in which words, and since when. Never overwritten: given again, it is another row.
CREATE TABLE consent (
  id TEXT PRIMARY KEY,
  invitation_id TEXT NOT NULL REFERENCES invitation (id),
  kind TEXT NOT NULL CHECK (kind IN ('integrity_pledge', 'photo', 'naming')),
  text_version TEXT NOT NULL,
  text_sha256 TEXT NOT NULL,
  given_at BIGINT NOT NULL,
  withdrawn_at BIGINT
);
CREATE UNIQUE INDEX consent_live ON consent (invitation_id, kind) WHERE withdrawn_at IS NULL;
CREATE INDEX consent_invitation ON consent (invitation_id);

-- An import at work. The rows themselves are dropped when it ends: the report names them by number.
CREATE TABLE guest_import (
  id TEXT PRIMARY KEY,
  status TEXT NOT NULL CHECK (status IN ('running', 'done', 'refused')),
  dry_run BIGINT NOT NULL,
  all_or_nothing BIGINT NOT NULL,
  total BIGINT NOT NULL,
  done BIGINT NOT NULL,
  content TEXT,
  created_at BIGINT NOT NULL,
  finished_at BIGINT,
  version BIGINT NOT NULL
);

CREATE TABLE guest_import_row (
  import_id TEXT NOT NULL REFERENCES guest_import (id),
  number BIGINT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('created', 'hospital_created', 'would_create', 'exists', 'duplicate', 'invalid')),
  guest_id TEXT,
  hospital_id TEXT,
  -- What is wrong, as JSON: by column, in both languages; or the number of the row that it repeats.
  reasons TEXT,
  PRIMARY KEY (import_id, number)
);
