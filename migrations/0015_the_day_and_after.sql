CREATE TABLE agenda_item (
  id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES session (id),
  number BIGINT NOT NULL,
  -- Civil times of the session's day, in its zone.
  starts_at TEXT NOT NULL,
  ends_at TEXT NOT NULL,
  title TEXT NOT NULL,
  speaker TEXT
);
CREATE INDEX agenda_item_session ON agenda_item (session_id, number);

-- What tickets are signed with. Devices carry the public half: who takes one cannot make tickets.
CREATE TABLE ticket_key (
  number BIGINT PRIMARY KEY,
  private_key TEXT NOT NULL,
  public_key TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

-- One for each person who comes: a delegate or an invited guest.
CREATE TABLE ticket (
  id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES session (id),
  delegate_id TEXT,
  invitation_id TEXT REFERENCES invitation (id),
  -- How often the day has changed for this person; the SEQUENCE of the calendar entry.
  sequence BIGINT NOT NULL,
  told_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  CHECK ((delegate_id IS NULL) <> (invitation_id IS NULL))
);
CREATE UNIQUE INDEX ticket_delegate ON ticket (delegate_id) WHERE delegate_id IS NOT NULL;
CREATE UNIQUE INDEX ticket_invitation ON ticket (invitation_id) WHERE invitation_id IS NOT NULL;
CREATE INDEX ticket_session ON ticket (session_id, id);

CREATE TABLE door_device (
  id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES session (id),
  name TEXT NOT NULL,
  -- The pairing code, hashed; it works once and for minutes.
  code_hash TEXT UNIQUE,
  code_expires_at BIGINT NOT NULL,
  token_hash TEXT UNIQUE,
  paired_at BIGINT,
  revoked_at BIGINT,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX door_device_session ON door_device (session_id, id);

-- Every scan as it was made, offline ones too. The nonce is the device's: uploaded twice, a scan is one.
CREATE TABLE door_scan (
  id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES session (id),
  device_id TEXT NOT NULL REFERENCES door_device (id),
  nonce TEXT NOT NULL,
  ticket_id TEXT,
  scanned_at BIGINT NOT NULL,
  received_at BIGINT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('admitted', 'duplicate', 'refused')),
  reason TEXT,
  UNIQUE (device_id, nonce)
);

CREATE TABLE check_in (
  id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES session (id),
  ticket_id TEXT NOT NULL REFERENCES ticket (id),
  device_id TEXT NOT NULL REFERENCES door_device (id),
  scan_id TEXT NOT NULL REFERENCES door_scan (id),
  at BIGINT NOT NULL,
  undone_at BIGINT,
  undone_by TEXT
);
-- Nobody is in the room twice, whatever the devices do.
CREATE UNIQUE INDEX check_in_live ON check_in (ticket_id) WHERE undone_at IS NULL;
CREATE INDEX check_in_session ON check_in (session_id, at);

-- What guests received (国卫办医急函〔2023〕469号): travel, hotel and meals, never paid by a company.
CREATE TABLE benefit (
  id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES session (id),
  invitation_id TEXT NOT NULL REFERENCES invitation (id),
  kind TEXT NOT NULL CHECK (kind IN ('travel', 'hotel', 'meals')),
  amount BIGINT NOT NULL CHECK (amount > 0),
  currency TEXT NOT NULL,
  payer_name TEXT NOT NULL,
  payer_uscc TEXT NOT NULL,
  note TEXT,
  recorded_by TEXT NOT NULL,
  recorded_at BIGINT NOT NULL,
  -- A line is struck out, never deleted.
  voided_at BIGINT,
  version BIGINT NOT NULL
);
CREATE INDEX benefit_session ON benefit (session_id, id);

-- Who stands behind what. Private, and only while the guest consents.
CREATE TABLE endorsement (
  id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES session (id),
  invitation_id TEXT NOT NULL REFERENCES invitation (id),
  company_id TEXT NOT NULL REFERENCES company (id),
  statement TEXT NOT NULL,
  statement_sha256 TEXT NOT NULL,
  recorded_by TEXT NOT NULL,
  recorded_at BIGINT NOT NULL,
  consented_at BIGINT,
  withdrawn_at BIGINT,
  version BIGINT NOT NULL
);
CREATE INDEX endorsement_session ON endorsement (session_id, id);
CREATE INDEX endorsement_invitation ON endorsement (invitation_id);
