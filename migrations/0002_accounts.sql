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

-- A refresh token that comes a second time has been stolen or copied: its whole sign-in ends.
CREATE TABLE spent_refresh_token (
  hash TEXT PRIMARY KEY,
  sign_in_id TEXT NOT NULL REFERENCES sign_in (id),
  spent_at BIGINT NOT NULL
);

-- Failures by account and by address. The subject is a hash: an address tried here may be nobody's account.
CREATE TABLE sign_in_failure (
  subject TEXT PRIMARY KEY,
  failures BIGINT NOT NULL,
  first_at BIGINT NOT NULL,
  locked_until BIGINT
);

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
