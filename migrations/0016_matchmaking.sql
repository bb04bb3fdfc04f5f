-- How a session's one-to-one meetings are laid out; a session without a row goes by the defaults.
CREATE TABLE matchmaking_plan (
  session_id TEXT PRIMARY KEY REFERENCES session (id),
  slot_minutes BIGINT NOT NULL CHECK (slot_minutes > 0),
  gap_minutes BIGINT NOT NULL CHECK (gap_minutes >= 0),
  -- Civil times, as JSON.
  breaks TEXT NOT NULL,
  table_count BIGINT NOT NULL CHECK (table_count > 0),
  -- Meetings that each company is promised at least.
  guarantee BIGINT NOT NULL CHECK (guarantee >= 0),
  -- What a company gets back for each promised meeting that it did not have, in fen.
  credit_amount BIGINT NOT NULL CHECK (credit_amount >= 0),
  -- Whether officials meet companies one to one. Off, unless the organizer turns it on, which is logged.
  officials_meet BIGINT NOT NULL CHECK (officials_meet IN (0, 1)),
  version BIGINT NOT NULL
);

-- What each side wishes of the other. The guests' rows are never shown to a company.
CREATE TABLE preference (
  session_id TEXT NOT NULL REFERENCES session (id),
  side TEXT NOT NULL CHECK (side IN ('company', 'guest')),
  company_id TEXT NOT NULL REFERENCES company (id),
  invitation_id TEXT NOT NULL REFERENCES invitation (id),
  wish TEXT NOT NULL CHECK (wish IN ('must', 'want', 'neutral', 'no', 'veto', 'recuse')),
  said_at BIGINT NOT NULL,
  PRIMARY KEY (session_id, side, company_id, invitation_id),
  CHECK (side = 'guest' OR wish IN ('must', 'want', 'neutral', 'no')),
  CHECK (side = 'company' OR wish <> 'no')
);

-- What a company offers or a guest looks for, whether it takes part in automatic matching, and when it is there.
CREATE TABLE match_participant (
  session_id TEXT NOT NULL REFERENCES session (id),
  -- A company or an invitation.
  subject_id TEXT NOT NULL,
  profile TEXT,
  -- PIPL article 24: a person may opt out.
  automatic BIGINT NOT NULL CHECK (automatic IN (0, 1)),
  -- Set by the organizer when somebody is late, leaves early or drops out; civil times.
  present_from TEXT,
  present_until TEXT,
  absent BIGINT NOT NULL CHECK (absent IN (0, 1)),
  -- The end of the day after which the participant is asked what has come of the meetings; null before there are any.
  asked_after BIGINT,
  version BIGINT NOT NULL,
  PRIMARY KEY (session_id, subject_id)
);

CREATE TABLE timetable (
  id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES session (id),
  -- From 1, in the order in which they were made.
  number BIGINT NOT NULL CHECK (number > 0),
  status TEXT NOT NULL CHECK (status IN ('draft', 'reviewed', 'published', 'superseded', 'discarded')),
  -- The meetings as numbers and who is meant by them, as JSON: a draft is a proposal, not yet anybody's appointment.
  plan TEXT NOT NULL,
  certificate TEXT,
  -- Whether a person has changed the meetings since they were computed.
  edited BIGINT NOT NULL CHECK (edited IN (0, 1)),
  -- The published timetable that it started from; null for one from scratch.
  based_on TEXT REFERENCES timetable (id),
  made_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  published_at BIGINT,
  version BIGINT NOT NULL,
  UNIQUE (session_id, number)
);
CREATE UNIQUE INDEX timetable_published ON timetable (session_id) WHERE status = 'published';

-- A one-to-one meeting that people have been told of.
CREATE TABLE meeting (
  id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES session (id),
  company_id TEXT NOT NULL REFERENCES company (id),
  invitation_id TEXT NOT NULL REFERENCES invitation (id),
  begins_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL CHECK (ends_at > begins_at),
  table_number BIGINT NOT NULL CHECK (table_number > 0),
  status TEXT NOT NULL CHECK (status IN
    ('planned', 'held', 'company_absent', 'guest_absent', 'both_absent', 'disputed', 'dropped')),
  -- A frozen meeting stays where it is whatever is computed anew.
  frozen BIGINT NOT NULL CHECK (frozen IN (0, 1)),
  -- Who came, as each side says: two letters, y or n, for company and guest.
  company_says TEXT,
  guest_says TEXT,
  organizer_says TEXT,
  -- How often its time or table has changed; the SEQUENCE of its calendar entry.
  sequence BIGINT NOT NULL,
  -- 三定两有: fixed time, place and people; process and record. As JSON.
  record TEXT,
  changed_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);
-- A pair meets once, nobody is in two meetings at one time, and a table holds one, whatever the code does.
CREATE UNIQUE INDEX meeting_pair ON meeting (session_id, company_id, invitation_id) WHERE status <> 'dropped';
CREATE UNIQUE INDEX meeting_company_time ON meeting (session_id, company_id, begins_at) WHERE status <> 'dropped';
CREATE UNIQUE INDEX meeting_guest_time ON meeting (session_id, invitation_id, begins_at) WHERE status <> 'dropped';
CREATE UNIQUE INDEX meeting_table_time ON meeting (session_id, table_number, begins_at) WHERE status <> 'dropped';
CREATE INDEX meeting_company ON meeting (company_id, id);
CREATE INDEX meeting_invitation ON meeting (invitation_id, id);

-- How far a company and a guest's unit have come. There is no place for a purchase here, on purpose.
CREATE TABLE meeting_outcome (
  id TEXT PRIMARY KEY,
  meeting_id TEXT NOT NULL REFERENCES meeting (id),
  session_id TEXT NOT NULL REFERENCES session (id),
  stage TEXT NOT NULL CHECK (stage IN ('second_meeting', 'intention', 'trial', 'memorandum', 'contract_talks')),
  model TEXT,
  note TEXT,
  proposed_by TEXT NOT NULL CHECK (proposed_by IN ('company', 'guest', 'organizer')),
  company_confirmed_at BIGINT,
  guest_confirmed_at BIGINT,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  UNIQUE (meeting_id, stage)
);
CREATE INDEX meeting_outcome_session ON meeting_outcome (session_id, id);

-- What a company was credited because it had fewer meetings than it was promised. Once a session.
CREATE TABLE meeting_credit (
  session_id TEXT NOT NULL REFERENCES session (id),
  company_id TEXT NOT NULL REFERENCES company (id),
  missing BIGINT NOT NULL CHECK (missing > 0),
  amount BIGINT NOT NULL CHECK (amount > 0),
  granted_by TEXT NOT NULL,
  granted_at BIGINT NOT NULL,
  PRIMARY KEY (session_id, company_id)
);

-- A search for a timetable that is running, and how far it is.
CREATE TABLE timetable_search (
  session_id TEXT PRIMARY KEY REFERENCES session (id),
  id TEXT NOT NULL UNIQUE,
  -- After which it ends at the latest, counted from its turn.
  seconds BIGINT NOT NULL CHECK (seconds > 0),
  stage TEXT CHECK (stage IN ('found', 'better', 'settled', 'finished')),
  steps BIGINT NOT NULL,
  -- Of the points, in millionths.
  gap BIGINT,
  proved BIGINT NOT NULL CHECK (proved IN (0, 1)),
  stop_asked BIGINT NOT NULL CHECK (stop_asked IN (0, 1)),
  begun_at BIGINT NOT NULL,
  -- When it last said how far it is: one that is silent for long has died with its process.
  told_at BIGINT NOT NULL
);
