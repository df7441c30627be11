-- Up Migration

-- btree_gist lets the duplicate window compare a tenant and a fingerprint for equality inside a GiST index.
CREATE EXTENSION IF NOT EXISTS btree_gist;

-- The role every service works as. It owns nothing and is no superuser, so row-level security binds it. It gets its
-- LOGIN and password from whoever runs the database; roles are shared by a whole cluster, hence the check.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'orderbooking_service') THEN
    CREATE ROLE orderbooking_service NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
  END IF;
END
$$;

-- ---------------------------------------------------------------------------------------------------------------
-- Tenants and what they may do

CREATE TABLE tenants (
  user_id    text PRIMARY KEY CHECK (user_id ~ '^[A-Za-z0-9_-]{1,64}$'),
  name       text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  created_at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE api_keys (
  id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id    text NOT NULL REFERENCES tenants,
  name       text NOT NULL,
  prefix     text NOT NULL,
  -- SHA-256 of the whole key. The key holds 256 random bits, so a slow password hash would protect nothing more.
  key_hash   bytea NOT NULL UNIQUE CHECK (length(key_hash) = 32),
  scopes     text[] NOT NULL CHECK (scopes <@ ARRAY['orders:read', 'orders:write', 'ai:book', 'admin']),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  expires_at timestamptz(3),
  revoked_at timestamptz(3)
);
CREATE INDEX api_keys_by_tenant ON api_keys (user_id);

CREATE TABLE ai_capabilities (
  user_id                      text PRIMARY KEY REFERENCES tenants,
  order_booking_enabled        boolean NOT NULL DEFAULT false,
  sheets_sync_enabled          boolean NOT NULL DEFAULT false,
  sheets_spreadsheet_id        text,
  sheets_sheet_name            text NOT NULL DEFAULT 'Orders',
  -- Null: a pending order waits for ever.
  pending_order_expiry_seconds integer CHECK (pending_order_expiry_seconds BETWEEN 60 AND 2592000),
  updated_at                   timestamptz(3) NOT NULL DEFAULT now()
);

-- ---------------------------------------------------------------------------------------------------------------
-- Fulfilment slots

CREATE TABLE fulfilment_slots (
  user_id   text NOT NULL REFERENCES tenants,
  id        text NOT NULL CHECK (id ~ '^[A-Za-z0-9._:-]{1,64}$'),
  starts_at timestamptz(3) NOT NULL,
  ends_at   timestamptz(3) NOT NULL CHECK (ends_at > starts_at),
  capacity  integer NOT NULL CHECK (capacity >= 0),
  -- How many live orders hold a place; the check is the last word on overbooking.
  booked    integer NOT NULL DEFAULT 0 CHECK (booked BETWEEN 0 AND capacity),
  PRIMARY KEY (user_id, id)
);

-- ---------------------------------------------------------------------------------------------------------------
-- The state machine and the audit trail's hash, as functions so that constraints, statements and people share them

-- The same table as ORDER_TRANSITIONS in domain/order-state.ts; a test compares every pair.
CREATE FUNCTION order_transition_allowed(from_status text, to_status text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (from_status, to_status) IN (
  ('pending', 'confirmed'), ('pending', 'cancelled'),
  ('confirmed', 'processing'), ('confirmed', 'cancelled'),
  ('processing', 'completed'), ('processing', 'cancelled'));

-- SHA-256 over the previous event's hash and this event, as a JSON array so that no two events encode alike. Declared
-- IMMUTABLE because the only thing read of the timestamp is its epoch, which no setting changes.
CREATE FUNCTION order_event_hash(
  prev_hash bytea, order_id uuid, sequence integer, type text, from_status text, to_status text,
  actor text, reason text, correlation_id text, occurred_at timestamptz
) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN sha256(prev_hash || convert_to(jsonb_build_array(
  order_id, sequence, type, from_status, to_status, actor, reason, correlation_id,
  (extract(epoch FROM occurred_at) * 1000)::bigint)::text, 'UTF8'));

-- ---------------------------------------------------------------------------------------------------------------
-- Orders, their keys and their events. The three point at each other and are written by one statement, so an order
-- without its idempotency key or without its event cannot be committed, by this code or by any other.

CREATE TABLE idempotency_keys (
  user_id      text NOT NULL,
  operation    text NOT NULL CHECK (operation IN ('create_order')),
  key          text NOT NULL CHECK (key ~ '^[A-Za-z0-9._:-]{1,255}$'),
  -- `failed`: the attempt made nothing and the key may be tried again. `completed` is for ever (see the trigger).
  status       text NOT NULL CHECK (status IN ('completed', 'failed')),
  request_hash bytea NOT NULL CHECK (length(request_hash) = 32),
  order_id     uuid CHECK ((status = 'completed') = (order_id IS NOT NULL)),
  created_at   timestamptz(3) NOT NULL DEFAULT now(),
  updated_at   timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, operation, key)
);

CREATE TABLE orders (
  id                        uuid PRIMARY KEY,
  -- No reference to `tenants`: each insert would share-lock the tenant's row, and a busy tenant's orders would queue
  -- for it. The tenant is known to exist: it comes from an API key, which has the reference.
  user_id                   text NOT NULL,
  idempotency_operation     text NOT NULL DEFAULT 'create_order' CHECK (idempotency_operation = 'create_order'),
  idempotency_key           text NOT NULL,
  customer_name             text NOT NULL CHECK (length(customer_name) BETWEEN 1 AND 200),
  customer_phone            text NOT NULL CHECK (customer_phone ~ '^[0-9]{10,15}$'),
  items                     jsonb NOT NULL CHECK (jsonb_typeof(items) = 'array' AND jsonb_array_length(items) BETWEEN 1 AND 100),
  total_quantity            integer NOT NULL CHECK (total_quantity BETWEEN 1 AND 1000000),
  source                    text NOT NULL CHECK (source IN ('ai', 'api', 'web', 'phone', 'walk_in')),
  notes                     text CHECK (length(notes) BETWEEN 1 AND 2000),
  slot_id                   text,
  allow_duplicate           boolean NOT NULL DEFAULT false,
  fingerprint               bytea NOT NULL CHECK (length(fingerprint) = 32),
  -- From the order's moment on for as long as the same order counts as a duplicate of it. Empty for an allowed duplicate,
  -- which may overlap with its equals; place-order.ts keeps later orders from following it.
  duplicate_window          tstzrange NOT NULL,
  status                    text NOT NULL DEFAULT 'pending'
                            CHECK (status IN ('pending', 'confirmed', 'processing', 'completed', 'cancelled')),
  version                   integer NOT NULL DEFAULT 1 CHECK (version >= 1),
  created_at                timestamptz(3) NOT NULL,
  updated_at                timestamptz(3) NOT NULL,
  -- The last command of OrderWorkflow that was written here. A local activity runs at least once: by this, the second
  -- run of the same command sees that the first one got through.
  last_command_id           text,
  -- The head of the audit trail.
  event_sequence            integer NOT NULL DEFAULT 1,
  event_hash                bytea NOT NULL,
  UNIQUE (user_id, idempotency_operation, idempotency_key),
  FOREIGN KEY (user_id, idempotency_operation, idempotency_key) REFERENCES idempotency_keys,
  FOREIGN KEY (user_id, slot_id) REFERENCES fulfilment_slots,
  -- The third wall. Only ever met by INSERT … ON CONFLICT DO NOTHING: a plain INSERT that waits here for another
  -- one can deadlock with it.
  CONSTRAINT orders_duplicate_window EXCLUDE USING gist
    (user_id WITH =, fingerprint WITH =, duplicate_window WITH &&) WHERE (status <> 'cancelled')
);
CREATE INDEX orders_by_time ON orders (user_id, created_at DESC, id DESC);
CREATE INDEX orders_by_status ON orders (user_id, status, created_at DESC, id DESC);
CREATE INDEX orders_by_fingerprint ON orders (user_id, fingerprint, created_at DESC);
CREATE INDEX orders_by_slot ON orders (user_id, slot_id) WHERE slot_id IS NOT NULL;

ALTER TABLE idempotency_keys ADD FOREIGN KEY (order_id) REFERENCES orders (id);

CREATE TABLE order_events (
  order_id       uuid NOT NULL REFERENCES orders (id),
  -- 1, 2, 3 … without a gap within an order.
  sequence       integer NOT NULL CHECK (sequence >= 1),
  user_id        text NOT NULL,
  type           text NOT NULL CHECK (type IN ('created', 'status_changed', 'status_change_ignored')),
  from_status    text,
  to_status      text NOT NULL,
  actor          text NOT NULL CHECK (length(actor) BETWEEN 1 AND 100),
  reason         text CHECK (length(reason) BETWEEN 1 AND 500),
  correlation_id text NOT NULL CHECK (length(correlation_id) BETWEEN 1 AND 128),
  -- The command of OrderWorkflow that wrote it; null for the first event. Whoever sent a command and got no certain answer
  -- finds out by this whether it was carried out, also after others came behind it.
  command_id     text,
  occurred_at    timestamptz(3) NOT NULL,
  -- The writing transaction: with it, a reader of all of a tenant's events can tell which are settled (see
  -- read-order-changes.ts).
  xid            xid8 NOT NULL DEFAULT pg_current_xact_id(),
  prev_hash      bytea NOT NULL,
  hash           bytea NOT NULL GENERATED ALWAYS AS (order_event_hash(
                   prev_hash, order_id, sequence, type, from_status, to_status, actor, reason, correlation_id, occurred_at)) STORED,
  PRIMARY KEY (order_id, sequence)
);
CREATE INDEX order_events_by_tenant ON order_events (user_id, xid, order_id, sequence);

-- Every order's head is an event that exists: checked when the statement ends, so a change of status without its
-- event is refused.
ALTER TABLE orders ADD FOREIGN KEY (id, event_sequence) REFERENCES order_events (order_id, sequence);

-- ---------------------------------------------------------------------------------------------------------------
-- What no statement may do, whoever sends it

CREATE FUNCTION orders_guard_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.user_id, NEW.idempotency_operation, NEW.idempotency_key, NEW.customer_name, NEW.customer_phone,
      NEW.items, NEW.total_quantity, NEW.source, NEW.notes, NEW.slot_id, NEW.allow_duplicate, NEW.fingerprint,
      NEW.duplicate_window, NEW.created_at)
     IS DISTINCT FROM
     (OLD.id, OLD.user_id, OLD.idempotency_operation, OLD.idempotency_key, OLD.customer_name, OLD.customer_phone,
      OLD.items, OLD.total_quantity, OLD.source, OLD.notes, OLD.slot_id, OLD.allow_duplicate, OLD.fingerprint,
      OLD.duplicate_window, OLD.created_at) THEN
    RAISE EXCEPTION 'the content of an order never changes' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.status <> OLD.status THEN
    IF NOT order_transition_allowed(OLD.status, NEW.status) THEN
      RAISE EXCEPTION 'an order that is % cannot become %', OLD.status, NEW.status
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.version <> OLD.version + 1 OR NEW.event_sequence <> OLD.event_sequence + 1 THEN
      RAISE EXCEPTION 'a change of status takes the next version and writes the next event'
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
  ELSIF NEW.version <> OLD.version OR NEW.event_sequence NOT IN (OLD.event_sequence, OLD.event_sequence + 1) THEN
    RAISE EXCEPTION 'the version of an order moves with its status only' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.event_sequence = OLD.event_sequence AND NEW.event_hash <> OLD.event_hash THEN
    RAISE EXCEPTION 'the head of the audit trail moves with an event only' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER orders_guard_update BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION orders_guard_update();

CREATE FUNCTION orders_guard_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status <> 'pending' OR NEW.version <> 1 OR NEW.event_sequence <> 1 THEN
    RAISE EXCEPTION 'an order begins pending, at version 1, with one event' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER orders_guard_insert BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION orders_guard_insert();

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: no % is allowed', TG_TABLE_NAME, TG_OP USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER order_events_append_only BEFORE UPDATE OR DELETE ON order_events
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER order_events_no_truncate BEFORE TRUNCATE ON order_events
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Runs when the statement is done, so it sees the order as that left it: an event is only ever the head of its order's
-- trail, and its hash the one the order holds.
CREATE FUNCTION order_events_guard_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM orders o
                 WHERE o.id = NEW.order_id AND o.user_id = NEW.user_id
                   AND o.event_sequence = NEW.sequence AND o.event_hash = NEW.hash) THEN
    RAISE EXCEPTION 'an event is written by the statement that moves its order''s audit trail on'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER order_events_guard_insert AFTER INSERT ON order_events
  FOR EACH ROW EXECUTE FUNCTION order_events_guard_insert();

CREATE FUNCTION idempotency_keys_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a completed idempotency key never changes' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER idempotency_keys_guard BEFORE UPDATE OR DELETE ON idempotency_keys
  FOR EACH ROW WHEN (OLD.status = 'completed') EXECUTE FUNCTION idempotency_keys_guard();

-- Wakes the processes that feed streams. The payload only says where to look: whoever listens reads the event itself
-- under its tenant's row-level security.
CREATE FUNCTION order_events_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('order_events', json_build_object('user_id', NEW.user_id, 'order_id', NEW.order_id)::text);
  RETURN NULL;
END
$$;
CREATE TRIGGER order_events_notify AFTER INSERT ON order_events FOR EACH ROW EXECUTE FUNCTION order_events_notify();

-- ---------------------------------------------------------------------------------------------------------------
-- Row-level security: without `app.tenant` set for the transaction, the service role sees and writes nothing.

-- An unset setting reads as null or as '', depending on whether this connection ever set it; both mean nobody.
CREATE FUNCTION current_tenant() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.tenant', true), '');

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['tenants', 'ai_capabilities', 'fulfilment_slots', 'idempotency_keys', 'orders', 'order_events', 'api_keys'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant_only ON %I USING (user_id = current_tenant()) WITH CHECK (user_id = current_tenant())', name);
    -- api_keys is not forced on its owner: authenticate_api_key() runs as the owner and must look across tenants.
    IF name <> 'api_keys' THEN
      EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    END IF;
  END LOOP;
END
$$;

GRANT SELECT ON tenants TO orderbooking_service;
GRANT SELECT, INSERT, UPDATE ON ai_capabilities TO orderbooking_service;
GRANT SELECT, UPDATE (booked) ON fulfilment_slots TO orderbooking_service;
GRANT SELECT, INSERT ON orders, order_events TO orderbooking_service;
GRANT UPDATE (status, version, updated_at, last_command_id, event_sequence, event_hash) ON orders TO orderbooking_service;
GRANT SELECT, INSERT, UPDATE (status, request_hash, order_id, updated_at) ON idempotency_keys TO orderbooking_service;

-- The only way the service role reaches api_keys: by the hash of a key somebody holds.
CREATE FUNCTION authenticate_api_key(hash bytea)
RETURNS TABLE (id uuid, user_id text, prefix text, scopes text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
  SELECT k.id, k.user_id, k.prefix, k.scopes FROM public.api_keys k
  WHERE k.key_hash = hash AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
$$;
REVOKE ALL ON FUNCTION authenticate_api_key(bytea) FROM public;
GRANT EXECUTE ON FUNCTION authenticate_api_key(bytea) TO orderbooking_service;

-- Down Migration

DROP FUNCTION authenticate_api_key(bytea);
ALTER TABLE orders DROP CONSTRAINT orders_id_event_sequence_fkey;
ALTER TABLE idempotency_keys DROP CONSTRAINT idempotency_keys_order_id_fkey;
DROP TABLE order_events, orders, idempotency_keys, fulfilment_slots, ai_capabilities, api_keys, tenants;
DROP FUNCTION order_events_notify(), idempotency_keys_guard(), order_events_guard_insert(), refuse_change(), orders_guard_insert(), orders_guard_update();
DROP FUNCTION order_event_hash(bytea, uuid, integer, text, text, text, text, text, text, timestamptz);
DROP FUNCTION order_transition_allowed(text, text);
DROP FUNCTION current_tenant();
