CREATE TABLE payment (
  id TEXT PRIMARY KEY,
  reservation_id TEXT NOT NULL REFERENCES reservation (id),
  session_id TEXT NOT NULL REFERENCES session (id),
  company_id TEXT NOT NULL REFERENCES company (id),
  method TEXT NOT NULL CHECK (method IN ('bank_transfer', 'stripe')),
  status TEXT NOT NULL CHECK (status IN
    ('opening', 'open', 'expiring', 'processing', 'failed', 'awaiting_transfer', 'underpaid', 'overpaid', 'confirmed',
     'expired', 'cancelled', 'late_paid', 'refund_due', 'refunded', 'forfeited', 'disputed', 'charged_back')),
  -- 1 at a provider's live account, 0 at its test account; null where no provider is in between.
  livemode BIGINT CHECK (livemode IN (0, 1)),
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
  WHERE status NOT IN ('failed', 'expired', 'cancelled', 'refunded');
CREATE INDEX payment_session ON payment (session_id, id);
CREATE INDEX payment_reference ON payment (reference);

-- Money that came in, each amount once: by its bank serial on our account, or by its payment intent at the provider.
-- Never changed, never deleted.
CREATE TABLE receipt (
  id TEXT PRIMARY KEY,
  payment_id TEXT NOT NULL REFERENCES payment (id),
  method TEXT NOT NULL CHECK (method IN ('bank_transfer', 'stripe')),
  -- Our account: its number at the bank, or stripe:live or stripe:test.
  account TEXT NOT NULL,
  serial TEXT NOT NULL,
  -- Where money stayed here for another payment: the serial under which it came in first.
  origin TEXT,
  amount BIGINT NOT NULL CHECK (amount > 0),
  currency TEXT NOT NULL,
  payer_name TEXT NOT NULL,
  payer_account TEXT,
  received_on TEXT NOT NULL,
  recorded_by TEXT NOT NULL,
  recorded_at BIGINT NOT NULL,
  UNIQUE (account, serial)
);
CREATE INDEX receipt_payment ON receipt (payment_id, id);
CREATE INDEX receipt_origin ON receipt (origin) WHERE origin IS NOT NULL;
