CREATE TABLE company (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  uscc TEXT NOT NULL UNIQUE,
  contact_name TEXT NOT NULL,
  contact_email TEXT NOT NULL,
  contact_phone TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);

CREATE TABLE account (
  id TEXT PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('organizer', 'company')),
  company_id TEXT REFERENCES company (id),
  permissions TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  disabled_at BIGINT,
  version BIGINT NOT NULL,
  CHECK ((role = 'company') = (company_id IS NOT NULL))
);
CREATE INDEX account_company ON account (company_id);

-- One row a sign-in; its tokens change with every refresh, hashed.
CREATE TABLE sign_in (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account (id),
  access_hash TEXT NOT NULL UNIQUE,
  access_expires_at BIGINT NOT NULL,
  refresh_hash TEXT NOT NULL UNIQUE,
  refresh_expires_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  revoked_at BIGINT
);
CREATE INDEX sign_in_account ON sign_in (account_id);
CREATE INDEX sign_in_expiry ON sign_in (refresh_expires_at);

-- A refresh token that comes a second time has been stolen or copied: its whole sign-in ends.
CREATE TABLE spent_refresh_token (
  hash TEXT PRIMARY KEY,
  sign_in_id TEXT NOT NULL REFERENCES sign_in (id),
  spent_at BIGINT NOT NULL
);
CREATE INDEX spent_refresh_token_sign_in ON spent_refresh_token (sign_in_id);
CREATE INDEX spent_refresh_token_at ON spent_refresh_token (spent_at);

-- Failures by account and by address. The subject is a hash: an address tried here may be nobody's account.
-- The instants (Unix milliseconds, separated by spaces; at most fifty) are kept one by one, because 'five in a quarter
-- of an hour' slides: a count with one beginning would let nearly twice as many through at its turn.
CREATE TABLE sign_in_failure (
  subject TEXT PRIMARY KEY,
  instants TEXT NOT NULL,
  last_at BIGINT NOT NULL,
  locked_until BIGINT
);
CREATE INDEX sign_in_failure_last ON sign_in_failure (last_at);

CREATE TABLE api_key (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  key_hash TEXT NOT NULL UNIQUE,
  permissions TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  revoked_at BIGINT,
  version BIGINT NOT NULL
);
