CREATE TABLE vetting (
  id TEXT PRIMARY KEY,
  company_id TEXT NOT NULL REFERENCES company (id),
  status TEXT NOT NULL CHECK (status IN ('draft', 'submitted', 'info_requested', 'approved', 'rejected', 'expired', 'revoked')),
  -- The application as the company wrote it, one JSON document: it is read and replaced as a whole.
  application TEXT NOT NULL,
  message TEXT,
  scores TEXT,
  first_reviewer TEXT,
  decided_by TEXT,
  decided_at BIGINT,
  reason_code TEXT,
  note TEXT,
  -- Last civil day on which an approval holds.
  valid_through TEXT,
  -- The earliest expiry among its certificates; null when none expires.
  first_certificate_expiry TEXT,
  created_at BIGINT NOT NULL,
  submitted_at BIGINT,
  version BIGINT NOT NULL,
  CHECK (status <> 'approved' OR valid_through IS NOT NULL)
);
CREATE INDEX vetting_company ON vetting (company_id, status, valid_through);
CREATE INDEX vetting_status ON vetting (status, id);
CREATE UNIQUE INDEX vetting_one_open ON vetting (company_id) WHERE status IN ('draft', 'submitted', 'info_requested');
-- A later approval takes the earlier one's place, so that revoking what a company stands on leaves nothing beside it.
CREATE UNIQUE INDEX vetting_one_approved ON vetting (company_id) WHERE status = 'approved';
CREATE INDEX vetting_running_out ON vetting (valid_through) WHERE status = 'approved';

CREATE TABLE evidence (
  id TEXT PRIMARY KEY,
  vetting_id TEXT NOT NULL REFERENCES vetting (id),
  file_sha256 TEXT NOT NULL REFERENCES file_content (sha256),
  file_name TEXT NOT NULL,
  supports TEXT,
  created_at BIGINT NOT NULL
);
CREATE INDEX evidence_vetting ON evidence (vetting_id, id);
CREATE INDEX evidence_file ON evidence (file_sha256);

-- Public procurement credit (医药价格和招采信用评价), looked up by a reviewer before a decision.
CREATE TABLE credit_query (
  id TEXT PRIMARY KEY,
  company_id TEXT NOT NULL REFERENCES company (id),
  vetting_id TEXT NOT NULL REFERENCES vetting (id),
  queried_on TEXT NOT NULL,
  rating TEXT NOT NULL CHECK (rating IN ('none', 'general', 'medium', 'serious', 'extremely_serious')),
  dishonest_debtor BIGINT NOT NULL CHECK (dishonest_debtor IN (0, 1)),
  screenshot_sha256 TEXT,
  recorded_by TEXT NOT NULL,
  recorded_at BIGINT NOT NULL
);
CREATE INDEX credit_query_company ON credit_query (company_id, queried_on, recorded_at, id);
