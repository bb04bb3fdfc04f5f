CREATE TABLE payment (
  id TEXT PRIMARY KEY,
  reservation_id TEXT NOT NULL REFERENCES reservation (id),
  session_id TEXT NOT NULL REFERENCES session (id),
  company_id TEXT NOT NULL REFERENCES company (id),
  method TEXT NOT NULL CHECK (method IN ('bank_transfer', 'stripe')),
  status TEXT NOT NULL CHECK (status IN
    ('awaiting_transfer', 'underpaid', 'overpaid', 'confirmed', 'expired', 'cancelled', 'refund_due')),
  reference TEXT NOT NULL,
  amount BIGINT NOT NULL CHECK (amount > 0),
  currency TEXT NOT NULL,
  due_at BIGINT NOT NULL,
  -- 1 when the deadline fell in a year without a published working-day calendar.
  due_in_calendar_days BIGINT NOT NULL CHECK (due_in_calendar_days IN (0, 1)),
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE UNIQUE INDEX payment_live ON payment (reservation_id)
  WHERE status IN ('awaiting_transfer', 'underpaid', 'overpaid', 'confirmed', 'refund_due');
CREATE INDEX payment_session ON payment (session_id, id);
CREATE INDEX payment_reference ON payment (reference);

-- Money that came in. Never changed, never deleted.
CREATE TABLE bank_receipt (
  id TEXT PRIMARY KEY,
  payment_id TEXT NOT NULL REFERENCES payment (id),
  payee_account TEXT NOT NULL,
  bank_serial TEXT NOT NULL,
  amount BIGINT NOT NULL CHECK (amount > 0),
  currency TEXT NOT NULL,
  payer_name TEXT NOT NULL,
  payer_account TEXT,
  received_on TEXT NOT NULL,
  recorded_by TEXT NOT NULL,
  recorded_at BIGINT NOT NULL,
  UNIQUE (payee_account, bank_serial)
);
CREATE INDEX bank_receipt_payment ON bank_receipt (payment_id, id);
