-- What a company wants on its fapiao.
CREATE TABLE fapiao_profile (
  company_id TEXT PRIMARY KEY REFERENCES company (id),
  profile TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);

-- A fapiao that a company asked for, with its profile as it was then. We do not issue: the tax platform does, and its
-- number and day come back by import.
CREATE TABLE fapiao (
  id TEXT PRIMARY KEY,
  payment_id TEXT NOT NULL UNIQUE REFERENCES payment (id),
  session_id TEXT NOT NULL REFERENCES session (id),
  company_id TEXT NOT NULL REFERENCES company (id),
  status TEXT NOT NULL CHECK (status IN ('requested', 'issued')),
  profile TEXT NOT NULL,
  -- Until it is issued, less whatever has been refunded since it was asked for.
  amount BIGINT NOT NULL CHECK (amount > 0),
  currency TEXT NOT NULL,
  number TEXT UNIQUE,
  issued_on TEXT,
  file_sha256 TEXT REFERENCES file_content (sha256),
  file_name TEXT,
  requested_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  CHECK ((status = 'issued') = (number IS NOT NULL)),
  CHECK ((number IS NULL) = (issued_on IS NULL))
);
CREATE INDEX fapiao_status ON fapiao (status, id);
CREATE INDEX fapiao_company ON fapiao (company_id, id);
CREATE INDEX fapiao_file ON fapiao (file_sha256) WHERE file_sha256 IS NOT NULL;

-- The red-letter (红字) fapiao that takes an issued one back, in whole or in part: one for each refund.
CREATE TABLE red_letter (
  number TEXT PRIMARY KEY,
  fapiao_id TEXT NOT NULL REFERENCES fapiao (id),
  refund_id TEXT NOT NULL UNIQUE REFERENCES refund (id),
  issued_on TEXT NOT NULL,
  recorded_by TEXT NOT NULL,
  recorded_at BIGINT NOT NULL
);
CREATE INDEX red_letter_fapiao ON red_letter (fapiao_id);

-- Refunds that the fapiao's amount leaves out, since they were made before: they need no red letter.
CREATE TABLE fapiao_without (
  refund_id TEXT PRIMARY KEY REFERENCES refund (id),
  fapiao_id TEXT NOT NULL REFERENCES fapiao (id)
);
CREATE INDEX fapiao_without_fapiao ON fapiao_without (fapiao_id);

-- The tax platform's numbers, blue and red: each is of one fapiao, or of one red letter.
CREATE TABLE fapiao_number (
  number TEXT PRIMARY KEY,
  -- The fapiao, or the refund that the red letter is for.
  subject TEXT NOT NULL
);
