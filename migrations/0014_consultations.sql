-- When an advisor is there for a company, online. Only a slot that is a row here can be booked.
CREATE TABLE consultation_slot (
  id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES session (id),
  advisor TEXT NOT NULL,
  advisor_email TEXT,
  begins_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL CHECK (ends_at > begins_at),
  join_url TEXT NOT NULL,
  withdrawn_at BIGINT,
  created_at BIGINT NOT NULL,
  -- When its appointment last changed: the DTSTAMP of the calendar entry.
  changed_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX consultation_slot_session ON consultation_slot (session_id, begins_at, id);

-- Step 1 of a company's way: a talk that ends in a cooperation-model draft.
CREATE TABLE consultation (
  id TEXT PRIMARY KEY,
  reservation_id TEXT NOT NULL REFERENCES reservation (id),
  session_id TEXT NOT NULL REFERENCES session (id),
  company_id TEXT NOT NULL REFERENCES company (id),
  slot_id TEXT NOT NULL REFERENCES consultation_slot (id),
  status TEXT NOT NULL CHECK (status IN ('booked', 'finished', 'cancelled')),
  -- How often the appointment has changed; the SEQUENCE of its calendar entry.
  sequence BIGINT NOT NULL,
  -- The number of the newest draft; 0 before there is one.
  drafts BIGINT NOT NULL,
  finished_at BIGINT,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);
-- These two decide who has a slot, whatever the code does.
CREATE UNIQUE INDEX consultation_of_slot ON consultation (slot_id) WHERE status IN ('booked', 'finished');
CREATE UNIQUE INDEX consultation_live ON consultation (session_id, company_id) WHERE status IN ('booked', 'finished');
CREATE INDEX consultation_reservation ON consultation (reservation_id);

-- Every version of the draft stays: what was advised is on record with who wrote it.
CREATE TABLE cooperation_draft (
  consultation_id TEXT NOT NULL REFERENCES consultation (id),
  number BIGINT NOT NULL CHECK (number > 0),
  draft TEXT NOT NULL,
  findings TEXT NOT NULL,
  blocked BIGINT NOT NULL CHECK (blocked IN (0, 1)),
  written_by TEXT NOT NULL,
  written_at BIGINT NOT NULL,
  PRIMARY KEY (consultation_id, number)
);
