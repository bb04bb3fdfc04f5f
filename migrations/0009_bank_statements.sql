-- Which headers a bank's file has, by our own column keys (JSON).
CREATE TABLE statement_mapping (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  columns TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);

-- A file that was imported.
CREATE TABLE bank_statement (
  id TEXT PRIMARY KEY,
  account TEXT NOT NULL,
  file_name TEXT NOT NULL,
  file_sha256 TEXT NOT NULL,
  imported_by TEXT NOT NULL,
  imported_at BIGINT NOT NULL
);

-- Money that came in on our account, each amount once, whether a statement told of it or a person: by the bank's serial
-- or, where the bank gives none, by a hash of the row (row:…). Amount, payer and remark are never changed.
CREATE TABLE bank_line (
  id TEXT PRIMARY KEY,
  statement_id TEXT REFERENCES bank_statement (id),
  row_number BIGINT,
  account TEXT NOT NULL,
  serial TEXT NOT NULL,
  received_on TEXT NOT NULL,
  amount BIGINT NOT NULL CHECK (amount > 0),
  currency TEXT NOT NULL,
  payer_name TEXT NOT NULL,
  payer_account TEXT,
  remark TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('confirmed', 'queued', 'suspense', 'matched', 'returning', 'returned')),
  -- Why it was not taken at once.
  reason TEXT,
  note TEXT,
  return_serial TEXT,
  returned_on TEXT,
  created_at BIGINT NOT NULL,
  resolved_by TEXT,
  resolved_at BIGINT,
  -- Money that goes back needs, above an amount, a second person.
  approved_by TEXT,
  returned_by TEXT,
  version BIGINT NOT NULL,
  UNIQUE (account, serial),
  CHECK (approved_by <> resolved_by),
  CHECK ((status = 'returned') = (return_serial IS NOT NULL))
);
CREATE INDEX bank_line_status ON bank_line (status, id);
CREATE INDEX bank_line_same ON bank_line (account, received_on, amount);
-- A bank serial proves one payout.
CREATE UNIQUE INDEX bank_line_return ON bank_line (account, return_serial) WHERE return_serial IS NOT NULL;

-- What became of a line: for which payments its money was taken.
CREATE TABLE bank_line_part (
  line_id TEXT NOT NULL REFERENCES bank_line (id),
  number BIGINT NOT NULL,
  payment_id TEXT NOT NULL REFERENCES payment (id),
  amount BIGINT NOT NULL CHECK (amount > 0),
  PRIMARY KEY (line_id, number)
);
