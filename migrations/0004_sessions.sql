CREATE TABLE session (
  id TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  date TEXT NOT NULL,
  starts_at TEXT NOT NULL,
  ends_at TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  city TEXT NOT NULL,
  venue TEXT NOT NULL,
  focus TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('draft', 'published', 'closed', 'completed', 'cancelled')),
  admission TEXT NOT NULL CHECK (admission IN ('open', 'approval')),
  seat_cap BIGINT NOT NULL CHECK (seat_cap > 0),
  price_amount BIGINT NOT NULL CHECK (price_amount >= 0),
  price_currency TEXT NOT NULL,
  sales_close_at BIGINT NOT NULL,
  -- The instant at which the day begins, derived from date, starts_at and time_zone.
  begins_at BIGINT NOT NULL,
  -- When the public first saw it; null for a draft, and for one that was cancelled as a draft.
  published_at BIGINT,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX session_date ON session (date, id);
