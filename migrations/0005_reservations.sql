CREATE TABLE reservation (
  id TEXT PRIMARY KEY,
  -- What people write into a bank transfer: CD-7K3MQ-4.
  code TEXT NOT NULL UNIQUE,
  session_id TEXT NOT NULL REFERENCES session (id),
  company_id TEXT NOT NULL REFERENCES company (id),
  seat_number BIGINT,
  -- Conditions that every insert is held to are ORs: of a longer IN list SQLite makes a table anew each time.
  status TEXT NOT NULL CHECK (status = 'applied' OR status = 'held' OR status = 'awaiting_payment'
    OR status = 'confirmed' OR status = 'attended' OR status = 'no_show' OR status = 'declined' OR status = 'expired'
    OR status = 'cancelled'),
  -- When the seat lapses unless the reservation goes on; null where nothing lapses.
  hold_expires_at BIGINT,
  price_amount BIGINT NOT NULL,
  price_currency TEXT NOT NULL,
  -- Why it ended, as a code; what a person said about it stands beside it.
  ended_because TEXT CHECK (ended_because = 'deadline_passed' OR ended_because = 'session_cancelled'
    OR ended_because = 'cancelled' OR ended_because = 'declined'),
  ended_note TEXT,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  CHECK (status NOT IN ('held', 'awaiting_payment') OR hold_expires_at IS NOT NULL),
  CHECK (seat_number IS NOT NULL OR (status <> 'held' AND status <> 'awaiting_payment' AND status <> 'confirmed'
    AND status <> 'attended' AND status <> 'no_show'))
);
-- These two make overselling and double booking impossible, whatever the code does: the CASE is null, and so like no
-- other, once a reservation no longer counts. They are not partial, so that they are the way to all of a session's and all
-- of a company's reservations, too; those that count, of however many, are found by the CASE itself.
CREATE UNIQUE INDEX reservation_seat ON reservation (session_id,
  (CASE WHEN (status = 'held' OR status = 'awaiting_payment' OR status = 'confirmed' OR status = 'attended' OR status = 'no_show') THEN 1 END),
  seat_number);
CREATE UNIQUE INDEX reservation_live ON reservation (company_id, session_id,
  (CASE WHEN (status = 'applied' OR status = 'held' OR status = 'awaiting_payment' OR status = 'confirmed' OR status = 'attended' OR status = 'no_show') THEN 1 END));
CREATE INDEX reservation_lapsing ON reservation (hold_expires_at) WHERE (status = 'held' OR status = 'awaiting_payment');

-- A session's seats. Only a seat that is a row here can be taken, and only once.
CREATE TABLE seat (
  session_id TEXT NOT NULL REFERENCES session (id),
  number BIGINT NOT NULL CHECK (number > 0),
  reservation_id TEXT,
  PRIMARY KEY (session_id, number)
) /*sqlite: WITHOUT ROWID*/;

CREATE TABLE delegate (
  id TEXT PRIMARY KEY,
  reservation_id TEXT NOT NULL REFERENCES reservation (id),
  -- As they were named, from 1.
  number BIGINT NOT NULL,
  name TEXT NOT NULL,
  job_title TEXT NOT NULL,
  phone TEXT NOT NULL,
  email TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX delegate_reservation ON delegate (reservation_id, number);

CREATE TABLE waitlist_entry (
  id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES session (id),
  company_id TEXT NOT NULL REFERENCES company (id),
  -- The order in which companies came; never reused.
  number BIGINT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('waiting', 'promoted', 'left')),
  reservation_id TEXT REFERENCES reservation (id),
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  UNIQUE (session_id, number)
);
CREATE UNIQUE INDEX waitlist_entry_waiting ON waitlist_entry (session_id, company_id) WHERE status = 'waiting';
