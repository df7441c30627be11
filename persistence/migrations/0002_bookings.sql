-- Up Migration

-- ---------------------------------------------------------------------------------------------------------------
-- How a tenant wants its bookings, and what it sells

-- The limits are those of domain/booking/settings.ts; a test compares them.
ALTER TABLE ai_capabilities
  ADD COLUMN booking_locale              text NOT NULL DEFAULT 'en'
                                         CHECK (booking_locale IN ('en', 'es', 'fr', 'de', 'pt', 'hi', 'ar')),
  ADD COLUMN booking_idle_expiry_seconds integer NOT NULL DEFAULT 1800 CHECK (booking_idle_expiry_seconds BETWEEN 60 AND 86400),
  ADD COLUMN confirmation_expiry_seconds integer NOT NULL DEFAULT 600 CHECK (confirmation_expiry_seconds BETWEEN 30 AND 3600),
  ADD COLUMN confirmation_phrases        text[] NOT NULL DEFAULT '{}'
                                         CHECK (cardinality(confirmation_phrases) <= 20
                                           AND array_position(confirmation_phrases, NULL) IS NULL
                                           AND octet_length(array_to_string(confirmation_phrases, '')) <= 10000);

-- One row for the whole catalogue: it is always read and replaced as a whole.
CREATE TABLE catalogues (
  user_id    text PRIMARY KEY REFERENCES tenants,
  items      jsonb NOT NULL CHECK (jsonb_typeof(items) = 'array' AND jsonb_array_length(items) <= 1000),
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);

-- ---------------------------------------------------------------------------------------------------------------
-- Bookings, what was confirmed in them, and what was decided

-- What BookingWorkflow knows, as its last step left it. Whoever writes anything of a booking holds this row first, so
-- that an edit and the order it would change never pass each other.
CREATE TABLE bookings (
  -- No reference to `tenants`, as in `orders`.
  user_id      text NOT NULL,
  id           uuid NOT NULL,
  locale       text NOT NULL CHECK (locale IN ('en', 'es', 'fr', 'de', 'pt', 'hi', 'ar')),
  status       text NOT NULL CHECK (status IN ('open', 'ordered', 'abandoned', 'expired')),
  version      integer NOT NULL CHECK (version >= 1),
  state        jsonb NOT NULL CHECK (jsonb_typeof(state) = 'object'),
  -- Set by the statement that places the order, and by nothing else.
  order_id     uuid CHECK ((status = 'ordered') = (order_id IS NOT NULL)),
  created_at   timestamptz(3) NOT NULL,
  -- Of the state that is stored, by the workflow's clock.
  last_step_at timestamptz(3) NOT NULL,
  updated_at   timestamptz(3) NOT NULL DEFAULT now(),
  expires_at   timestamptz(3) NOT NULL,
  PRIMARY KEY (user_id, id)
);
CREATE INDEX bookings_by_time ON bookings (user_id, created_at DESC, id DESC);
-- From an order to the conversation it came from.
CREATE UNIQUE INDEX bookings_by_order ON bookings (order_id) WHERE order_id IS NOT NULL;

-- What a customer was shown and said yes to: the only thing that an agent's order can be made of.
CREATE TABLE booking_confirmations (
  user_id         text NOT NULL,
  idempotency_key text NOT NULL CHECK (idempotency_key ~ '^[A-Za-z0-9._:-]{1,255}$'),
  booking_id      uuid NOT NULL,
  summary_digest  text NOT NULL CHECK (summary_digest ~ '^[0-9a-f]{64}$'),
  -- Of the create request that the yes is good for; see domain/canonical-request.ts.
  request_hash    bytea NOT NULL CHECK (length(request_hash) = 32),
  customer_name   text NOT NULL CHECK (length(customer_name) BETWEEN 1 AND 200),
  customer_phone  text NOT NULL CHECK (customer_phone ~ '^[0-9]{10,15}$'),
  items           jsonb NOT NULL CHECK (jsonb_typeof(items) = 'array' AND jsonb_array_length(items) BETWEEN 1 AND 100),
  notes           text CHECK (length(notes) BETWEEN 1 AND 2000),
  summary_text    text NOT NULL CHECK (length(summary_text) BETWEEN 1 AND 100000),
  shown_at        timestamptz(3) NOT NULL,
  customer_reply  text NOT NULL CHECK (length(customer_reply) BETWEEN 1 AND 4000),
  confirmed_at    timestamptz(3) NOT NULL,
  -- At most the longest that a tenant can choose: a yes does not lie about for weeks.
  expires_at      timestamptz(3) NOT NULL CHECK (expires_at <= confirmed_at + interval '1 hour'),
  revoked_at      timestamptz(3),
  order_id        uuid UNIQUE REFERENCES orders (id),
  PRIMARY KEY (user_id, idempotency_key),
  UNIQUE (user_id, booking_id, order_id),
  FOREIGN KEY (user_id, booking_id) REFERENCES bookings,
  CONSTRAINT booking_confirmations_end_once CHECK (num_nonnulls(revoked_at, order_id) <= 1)
);
-- A second yes takes the first one's place.
CREATE UNIQUE INDEX booking_confirmations_one_live ON booking_confirmations (user_id, booking_id)
  WHERE revoked_at IS NULL AND order_id IS NULL;

-- A booking is ordered by an order that used up one of its own confirmations.
ALTER TABLE bookings ADD FOREIGN KEY (user_id, id, order_id)
  REFERENCES booking_confirmations (user_id, booking_id, order_id);

CREATE TABLE ai_decisions (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id        text NOT NULL,
  -- Null: it names no booking of this tenant (a forged key, a start that was refused).
  booking_id     uuid,
  version        integer CHECK (version >= 1),
  -- The message of BookingWorkflow that was decided on. A local activity runs at least once: by this, the second run adds
  -- no second line.
  command_id     text CHECK (length(command_id) BETWEEN 1 AND 255),
  step           text NOT NULL CHECK (step IN ('start', 'add_items', 'remove_item', 'confirm_items', 'set_customer',
                   'get_summary', 'confirm_booking', 'create_order', 'abandon_booking', 'expire')),
  decision       text NOT NULL CHECK (decision IN ('accepted', 'repeated', 'blocked')),
  guardrail      text CHECK (guardrail ~ '^[a-z_]{1,64}$'),
  -- A word of ours. No blanks: nothing that a customer or an agent wrote gets in here by mistake.
  reason         text CHECK (reason ~ '^[a-z0-9_.:-]{1,100}$'),
  customer_words text CHECK (length(customer_words) <= 4000),
  shown          text CHECK (length(shown) <= 100000),
  -- As the agent gave it, which may be no digest at all.
  summary_digest text CHECK (length(summary_digest) <= 200),
  -- As precise as it was sent: a `real` would refuse the smallest ones, and with them the line.
  confidence     double precision CHECK (confidence BETWEEN 0 AND 1),
  actor          text NOT NULL CHECK (length(actor) BETWEEN 1 AND 100),
  correlation_id text NOT NULL CHECK (length(correlation_id) BETWEEN 1 AND 128),
  occurred_at    timestamptz(3) NOT NULL,
  UNIQUE (user_id, booking_id, command_id, version, decision),
  FOREIGN KEY (user_id, booking_id) REFERENCES bookings,
  CONSTRAINT ai_decisions_blocked_by CHECK ((decision = 'blocked') = (guardrail IS NOT NULL))
);
CREATE INDEX ai_decisions_by_booking ON ai_decisions (user_id, booking_id, id);

-- ---------------------------------------------------------------------------------------------------------------
-- What no statement may do, whoever sends it

CREATE TRIGGER ai_decisions_append_only BEFORE UPDATE OR DELETE ON ai_decisions
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ai_decisions_no_truncate BEFORE TRUNCATE ON ai_decisions
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION bookings_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a booking that has become an order never changes' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER bookings_guard BEFORE UPDATE OR DELETE ON bookings
  FOR EACH ROW WHEN (OLD.order_id IS NOT NULL) EXECUTE FUNCTION bookings_guard();

CREATE FUNCTION booking_confirmations_guard_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.revoked_at IS NOT NULL OR NEW.order_id IS NOT NULL THEN
    RAISE EXCEPTION 'a confirmation begins live' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NOT EXISTS (SELECT FROM bookings b WHERE b.user_id = NEW.user_id AND b.id = NEW.booking_id AND b.status = 'open') THEN
    RAISE EXCEPTION 'nothing is confirmed in a booking that is not open' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER booking_confirmations_guard_insert BEFORE INSERT ON booking_confirmations
  FOR EACH ROW EXECUTE FUNCTION booking_confirmations_guard_insert();

CREATE FUNCTION booking_confirmations_guard_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.user_id, NEW.idempotency_key, NEW.booking_id, NEW.summary_digest, NEW.request_hash, NEW.customer_name,
      NEW.customer_phone, NEW.items, NEW.notes, NEW.summary_text, NEW.shown_at, NEW.customer_reply, NEW.confirmed_at,
      NEW.expires_at)
     IS DISTINCT FROM
     (OLD.user_id, OLD.idempotency_key, OLD.booking_id, OLD.summary_digest, OLD.request_hash, OLD.customer_name,
      OLD.customer_phone, OLD.items, OLD.notes, OLD.summary_text, OLD.shown_at, OLD.customer_reply, OLD.confirmed_at,
      OLD.expires_at) THEN
    RAISE EXCEPTION 'what a customer confirmed never changes' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF num_nonnulls(OLD.revoked_at, OLD.order_id) > 0 THEN
    RAISE EXCEPTION 'a confirmation that was revoked or used never changes' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER booking_confirmations_guard_update BEFORE UPDATE ON booking_confirmations
  FOR EACH ROW EXECUTE FUNCTION booking_confirmations_guard_update();
CREATE TRIGGER booking_confirmations_no_delete BEFORE DELETE ON booking_confirmations
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER booking_confirmations_no_truncate BEFORE TRUNCATE ON booking_confirmations
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Runs when the statement is done: a confirmation is used by the order that was placed under its key, and its booking is
-- that order from then on.
CREATE FUNCTION booking_confirmations_guard_use() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM orders o
                 WHERE o.id = NEW.order_id AND o.user_id = NEW.user_id AND o.source = 'ai'
                   AND o.idempotency_key = NEW.idempotency_key)
     OR NOT EXISTS (SELECT FROM bookings b
                    WHERE b.user_id = NEW.user_id AND b.id = NEW.booking_id AND b.order_id = NEW.order_id) THEN
    RAISE EXCEPTION 'a confirmation is used by the statement that places its order and closes its booking'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER booking_confirmations_guard_use AFTER UPDATE ON booking_confirmations
  FOR EACH ROW WHEN (NEW.order_id IS NOT NULL) EXECUTE FUNCTION booking_confirmations_guard_use();

-- An agent's order is, column by column, what a customer confirmed. The row is locked, so that a revocation that is
-- under way is waited for; place-order.ts holds that lock already.
CREATE OR REPLACE FUNCTION orders_guard_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status <> 'pending' OR NEW.version <> 1 OR NEW.event_sequence <> 1 THEN
    RAISE EXCEPTION 'an order begins pending, at version 1, with one event' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.source = 'ai' THEN
    PERFORM FROM booking_confirmations c
    WHERE c.user_id = NEW.user_id AND c.idempotency_key = NEW.idempotency_key
      AND c.revoked_at IS NULL AND c.order_id IS NULL AND c.expires_at > NEW.created_at
      AND (c.customer_name, c.customer_phone, c.items) = (NEW.customer_name, NEW.customer_phone, NEW.items)
      AND c.notes IS NOT DISTINCT FROM NEW.notes AND NEW.slot_id IS NULL
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'an order from an agent needs a live confirmation of exactly what it holds'
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
  END IF;
  RETURN NEW;
END
$$;

-- Runs when the statement is done: an order that left its confirmation live would let the booking go on as if there were none.
CREATE FUNCTION orders_guard_ai_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM booking_confirmations c
                 WHERE c.user_id = NEW.user_id AND c.idempotency_key = NEW.idempotency_key AND c.order_id = NEW.id) THEN
    RAISE EXCEPTION 'an order from an agent uses its confirmation up in the same statement'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER orders_guard_ai_insert AFTER INSERT ON orders
  FOR EACH ROW WHEN (NEW.source = 'ai') EXECUTE FUNCTION orders_guard_ai_insert();

-- ---------------------------------------------------------------------------------------------------------------
-- Row-level security, as for all tables of tenants

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['catalogues', 'bookings', 'booking_confirmations', 'ai_decisions'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant_only ON %I USING (user_id = current_tenant()) WITH CHECK (user_id = current_tenant())', name);
  END LOOP;
END
$$;

GRANT SELECT, INSERT, UPDATE (items, updated_at) ON catalogues TO orderbooking_service;
GRANT SELECT, INSERT, UPDATE (locale, status, version, state, order_id, last_step_at, updated_at, expires_at) ON bookings TO orderbooking_service;
GRANT SELECT, INSERT, UPDATE (revoked_at, order_id) ON booking_confirmations TO orderbooking_service;
GRANT SELECT, INSERT ON ai_decisions TO orderbooking_service;

-- Down Migration

DROP TRIGGER orders_guard_ai_insert ON orders;
ALTER TABLE bookings DROP CONSTRAINT bookings_user_id_id_order_id_fkey;
DROP TABLE ai_decisions, booking_confirmations, bookings, catalogues;
DROP FUNCTION bookings_guard(), booking_confirmations_guard_insert(), booking_confirmations_guard_update(), booking_confirmations_guard_use(), orders_guard_ai_insert();
ALTER TABLE ai_capabilities
  DROP COLUMN booking_locale,
  DROP COLUMN booking_idle_expiry_seconds,
  DROP COLUMN confirmation_expiry_seconds,
  DROP COLUMN confirmation_phrases;

CREATE OR REPLACE FUNCTION orders_guard_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status <> 'pending' OR NEW.version <> 1 OR NEW.event_sequence <> 1 THEN
    RAISE EXCEPTION 'an order begins pending, at version 1, with one event' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;
