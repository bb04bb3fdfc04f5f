-- Who may be asked to come, from which hospital, and who is asked to which session.
CREATE TABLE hospital (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  uscc TEXT NOT NULL UNIQUE,
  -- 医疗机构执业许可证登记号, 22 characters.
  registration_code TEXT,
  level TEXT NOT NULL CHECK (level IN ('tertiary', 'secondary', 'primary', 'unrated')),
  grade TEXT NOT NULL CHECK (grade IN ('special', 'a', 'b', 'c', 'unrated')),
  certificate TEXT,
  certified_on TEXT,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE UNIQUE INDEX hospital_registration ON hospital (registration_code) WHERE registration_code IS NOT NULL;

CREATE TABLE guest (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('hospital_director', 'health_commission_official', 'research_expert')),
  -- Empty once the person is forgotten; the row stays, so that counts of the past stay right.
  name TEXT NOT NULL,
  post TEXT CHECK (post IN
    ('president', 'party_secretary', 'vice_president', 'division_head', 'department_head', 'deputy_department_head', 'other')),
  title TEXT CHECK (title IN
    ('chief_physician', 'associate_chief_physician', 'attending_physician', 'professor', 'associate_professor', 'researcher',
     'associate_researcher', 'other')),
  specialty TEXT,
  unit TEXT NOT NULL,
  hospital_id TEXT REFERENCES hospital (id),
  phone TEXT,
  email TEXT,
  created_at BIGINT NOT NULL,
  forgotten_at BIGINT,
  version BIGINT NOT NULL,
  CHECK (kind <> 'hospital_director' OR hospital_id IS NOT NULL)
);
-- One person stands in the register once, whoever enters or imports at the same moment.
CREATE UNIQUE INDEX guest_phone ON guest (phone) WHERE phone IS NOT NULL;
CREATE UNIQUE INDEX guest_email ON guest (email) WHERE email IS NOT NULL;
CREATE INDEX guest_hospital ON guest (hospital_id) WHERE hospital_id IS NOT NULL;

-- A link that lets its bearer act for one thing, without a password. Only the token's hash is kept.
CREATE TABLE personal_link (
  id TEXT PRIMARY KEY,
  token_hash TEXT NOT NULL UNIQUE,
  purpose TEXT NOT NULL CHECK (purpose IN ('invitation', 'delegate')),
  subject_id TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  revoked_at BIGINT
);
CREATE INDEX personal_link_subject ON personal_link (subject_id);
CREATE INDEX personal_link_expiry ON personal_link (expires_at);

CREATE TABLE invitation (
  id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES session (id),
  guest_id TEXT NOT NULL REFERENCES guest (id),
  -- As the guest's when the invitation was made: what is counted does not change under a session.
  kind TEXT NOT NULL CHECK (kind IN ('hospital_director', 'health_commission_official', 'research_expert')),
  -- The order within the session, and the number of the letter; never reused.
  number BIGINT NOT NULL CHECK (number > 0),
  status TEXT NOT NULL CHECK (status IN ('standby', 'invited', 'opened', 'accepted', 'declined', 'withdrawn')),
  -- Whose place this one takes first; null for a first choice, and for a substitute for anyone.
  substitute_for TEXT REFERENCES invitation (id),
  note TEXT,
  -- When in the day the guest can be there, as JSON; null for the whole day.
  availability TEXT,
  -- 单位批准文件 (公务员法 §59), a file of file_content.
  approval_sha256 TEXT REFERENCES file_content (sha256),
  approval_name TEXT,
  approval_at BIGINT,
  -- When the organizer released this official's name to the companies that come.
  released_at BIGINT,
  invited_at BIGINT,
  opened_at BIGINT,
  replied_at BIGINT,
  reminded_at BIGINT,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  UNIQUE (session_id, number)
);
-- Nobody is asked to one session twice at a time.
CREATE UNIQUE INDEX invitation_live ON invitation (session_id, guest_id)
  WHERE status IN ('standby', 'invited', 'opened', 'accepted');
-- What everyone may know: how many of each kind come.
CREATE INDEX invitation_accepted ON invitation (session_id, kind) WHERE status = 'accepted';
CREATE INDEX invitation_guest ON invitation (guest_id);
CREATE INDEX invitation_approval ON invitation (approval_sha256) WHERE approval_sha256 IS NOT NULL;
