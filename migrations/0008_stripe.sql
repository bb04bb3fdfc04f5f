-- One try to be paid through Stripe Checkout. What is sent to Stripe is frozen here before the call, so that a call that
-- got no answer is made again with the same bytes under the same key, and happens once.
CREATE TABLE checkout_attempt (
  payment_id TEXT NOT NULL REFERENCES payment (id),
  -- Part of the idempotency key: another attempt is another key.
  number BIGINT NOT NULL CHECK (number > 0),
  status TEXT NOT NULL CHECK (status IN ('opening', 'open', 'complete', 'dead')),
  livemode BIGINT NOT NULL CHECK (livemode IN (0, 1)),
  form TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  -- Stripe's id and page, once it has answered.
  checkout_id TEXT,
  url TEXT,
  -- 1 once a card was declined: the buyer may ask for another attempt.
  declined BIGINT NOT NULL CHECK (declined IN (0, 1)),
  -- 1 when the buyer has asked for another attempt, which is opened once this one is dead.
  another BIGINT NOT NULL CHECK (another IN (0, 1)),
  created_at BIGINT NOT NULL,
  PRIMARY KEY (payment_id, number)
);
CREATE UNIQUE INDEX checkout_attempt_checkout ON checkout_attempt (checkout_id) WHERE checkout_id IS NOT NULL;
CREATE INDEX checkout_attempt_live ON checkout_attempt (expires_at) WHERE status IN ('opening', 'open');

-- Stripe delivers an event at least once, for three days and in any order: its id is the key, and the row stays.
CREATE TABLE stripe_event (
  id TEXT PRIMARY KEY,
  type TEXT NOT NULL,
  object_id TEXT NOT NULL,
  payment_intent TEXT,
  received_at BIGINT NOT NULL,
  handled_at BIGINT
);

-- Money that is under way is asked about every minute.
CREATE INDEX payment_processing ON payment (id) WHERE status = 'processing';
