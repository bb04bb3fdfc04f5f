-- A checkout can be paid until its provider says that it cannot: while it may, the seat stays whatever the clock says.
ALTER TABLE reservation ADD COLUMN kept_for_checkout BIGINT NOT NULL DEFAULT 0 CHECK (kept_for_checkout IN (0, 1));
-- 1 when the deadline fell in a year without a published working-day calendar.
ALTER TABLE reservation ADD COLUMN hold_in_calendar_days BIGINT NOT NULL DEFAULT 0 CHECK (hold_in_calendar_days IN (0, 1));

-- What of the price goes back when the company cancels: 10:100,3:50 is all of it at ten working days or more before the
-- day, half at three. A reservation keeps what its session said when it was made.
ALTER TABLE session ADD COLUMN refund_policy TEXT NOT NULL DEFAULT '10:100,3:50';
ALTER TABLE reservation ADD COLUMN refund_policy TEXT NOT NULL DEFAULT '10:100,3:50';
-- Once its seat is gone: the terms of that, which say what of the price goes back. Null until then.
ALTER TABLE payment ADD COLUMN refund_percent BIGINT CHECK (refund_percent BETWEEN 0 AND 100);
ALTER TABLE payment ADD COLUMN refund_fee BIGINT CHECK (refund_fee >= 0);
-- Who gave it up: what goes back by these terms is asked for by them, whenever it comes to be promised.
ALTER TABLE payment ADD COLUMN ended_by TEXT;
-- What its end gave back; null while it goes on, and where no money had come.
ALTER TABLE reservation ADD COLUMN refund_amount BIGINT CHECK (refund_amount >= 0);
ALTER TABLE reservation ADD COLUMN refund_in_calendar_days BIGINT NOT NULL DEFAULT 0 CHECK (refund_in_calendar_days IN (0, 1));

-- Money that goes back, the way that it came: each refund is of one receipt. Its amount is never changed.
CREATE TABLE refund (
  id TEXT PRIMARY KEY,
  payment_id TEXT NOT NULL REFERENCES payment (id),
  receipt_id TEXT NOT NULL REFERENCES receipt (id),
  reservation_id TEXT NOT NULL REFERENCES reservation (id),
  session_id TEXT NOT NULL REFERENCES session (id),
  company_id TEXT NOT NULL REFERENCES company (id),
  method TEXT NOT NULL CHECK (method IN ('bank_transfer', 'stripe')),
  status TEXT NOT NULL CHECK (status IN ('awaiting_approval', 'refund_due', 'refund_pending', 'refunded',
    'refund_failed', 'manual_payout', 'external_refund', 'withdrawn')),
  because TEXT NOT NULL CHECK (because IN
    ('policy', 'override', 'session_cancelled', 'no_seat', 'overpaid', 'goodwill', 'external', 'dispute_won')),
  note TEXT,
  amount BIGINT NOT NULL CHECK (amount > 0),
  currency TEXT NOT NULL,
  -- To whom: the payer as the receipt names it, unless a stamped letter names another account.
  payee_name TEXT NOT NULL,
  payee_account TEXT,
  letter TEXT,
  by_hand BIGINT NOT NULL CHECK (by_hand IN (0, 1)),
  requested_by TEXT NOT NULL,
  approved_by TEXT,
  provider_refund_id TEXT,
  paid_from TEXT,
  bank_serial TEXT,
  paid_on TEXT,
  paid_by TEXT,
  -- Instead of a payout: the payment for which the money stayed here, as its company asked.
  applied_to TEXT REFERENCES payment (id),
  -- How much of it was given, beyond what any rule gives back: out of the price of a seat that stood, or out of what the
  -- end of its seat has left with us.
  out_of_price BIGINT NOT NULL CHECK (out_of_price >= 0),
  given BIGINT NOT NULL CHECK (given >= 0),
  -- 1 from when the provider may have been asked for it, until it is known to have failed.
  asked BIGINT NOT NULL DEFAULT 0 CHECK (asked IN (0, 1)),
  -- Until then the provider is not asked, because the company may want the money for another seat. Null once it may have
  -- been asked, and where nothing was offered.
  offered_until BIGINT,
  failure TEXT,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  CHECK (out_of_price + given <= amount),
  -- Nobody approves their own.
  CHECK (approved_by <> requested_by),
  -- By hand, the bank's serial is the proof.
  CHECK (by_hand = 0 OR status <> 'refunded' OR bank_serial IS NOT NULL OR applied_to IS NOT NULL)
);
CREATE UNIQUE INDEX refund_provider ON refund (provider_refund_id) WHERE provider_refund_id IS NOT NULL;
CREATE INDEX refund_payment ON refund (payment_id, id);
CREATE INDEX refund_receipt ON refund (receipt_id);
CREATE INDEX refund_session ON refund (session_id, id);
CREATE INDEX refund_open ON refund (status, id)
  WHERE status IN ('awaiting_approval', 'refund_due', 'refund_pending', 'refund_failed', 'manual_payout');

-- A bank serial proves one payout: of a refund, or of money that was nobody's.
CREATE TABLE payout_serial (
  account TEXT NOT NULL,
  serial TEXT NOT NULL,
  subject TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (account, serial)
);

-- A buyer's bank contests a payment. Until it decides, that money is not refunded.
CREATE TABLE dispute (
  id TEXT PRIMARY KEY,
  payment_id TEXT NOT NULL REFERENCES payment (id),
  receipt_id TEXT NOT NULL REFERENCES receipt (id),
  provider_dispute_id TEXT NOT NULL UNIQUE,
  status TEXT NOT NULL CHECK (status IN ('disputed', 'won', 'charged_back')),
  reason TEXT NOT NULL,
  amount BIGINT NOT NULL CHECK (amount > 0),
  currency TEXT NOT NULL,
  evidence_due_at BIGINT,
  opened_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX dispute_payment ON dispute (payment_id, id);

-- Double entry. A row moves its amount from the account that is credited to the one that is debited, so that no row, and
-- therefore no commit, can be out of balance. Never changed, never deleted.
CREATE TABLE ledger (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('charge', 'charge_reversed', 'receipt', 'fee', 'refund', 'refund_withdrawn',
    'payout', 'payout_returned', 'suspense', 'suspense_matched', 'suspense_returned', 'write_off', 'recovery', 'dispute',
    'dispute_won', 'dispute_lost')),
  -- What it was posted for; posted once per kind and number.
  subject TEXT NOT NULL,
  number BIGINT NOT NULL,
  debit TEXT NOT NULL,
  credit TEXT NOT NULL,
  amount BIGINT NOT NULL CHECK (amount > 0),
  currency TEXT NOT NULL,
  session_id TEXT,
  company_id TEXT,
  payment_id TEXT,
  actor TEXT NOT NULL,
  at BIGINT NOT NULL,
  UNIQUE (kind, subject, number),
  CHECK (debit <> credit),
  CHECK (debit IN ('receivable', 'bank', 'stripe', 'sales', 'fees', 'refunds_payable', 'suspense', 'disputed', 'written_off')),
  CHECK (credit IN ('receivable', 'bank', 'stripe', 'sales', 'fees', 'refunds_payable', 'suspense', 'disputed', 'written_off'))
);
CREATE INDEX ledger_payment ON ledger (payment_id) WHERE payment_id IS NOT NULL;
CREATE INDEX ledger_session ON ledger (session_id) WHERE session_id IS NOT NULL;
CREATE INDEX ledger_company ON ledger (company_id) WHERE company_id IS NOT NULL;
