-- What a company shows of itself to the guests of the sessions that it comes to. Its vetting file is another matter.
CREATE TABLE company_profile (
  company_id TEXT PRIMARY KEY REFERENCES company (id),
  summary TEXT,
  -- Names and functions, as JSON.
  products TEXT NOT NULL,
  -- Codes of specialties, as JSON.
  focus TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);

-- An appointment still to be taken out of somebody's calendar, of whom nothing else is kept. It goes with the mail.
CREATE TABLE calendar_end (
  ticket_id TEXT PRIMARY KEY REFERENCES ticket (id),
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  told_at BIGINT NOT NULL
);
CREATE INDEX calendar_end_told ON calendar_end (told_at);
