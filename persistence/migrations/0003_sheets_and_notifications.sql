-- Up Migration

-- ---------------------------------------------------------------------------------------------------------------
-- What has reached a tenant's sheet, and why it does not get there

ALTER TABLE ai_capabilities
  -- A service account of the tenant's own, sealed (see platform/sealed-secret.ts); null: the shared default.
  ADD COLUMN sheets_credentials     text CHECK (length(sheets_credentials) <= 20000),
  -- Its e-mail address: whom the sheet has to be shared with. No secret.
  ADD COLUMN sheets_service_account text CHECK (length(sheets_service_account) <= 320),
  -- Raised by the statement that writes an order, lowered by the sync before it looks: whoever raises it, and nobody else,
  -- nudges the sync.
  ADD COLUMN sheet_sync_pending     boolean NOT NULL DEFAULT false,
  ADD COLUMN sheet_synced_at        timestamptz(3),
  ADD COLUMN sheet_parked_at        timestamptz(3),
  ADD COLUMN sheet_parked_cause     text CHECK (sheet_parked_cause ~ '^[a-z_]{1,64}$'),
  -- Spreadsheet and tab that `sheet_synced_version` speaks of. Where orders go to another one now, none of them is synced.
  ADD COLUMN sheet_synced_target    text CHECK (length(sheet_synced_target) <= 400),
  -- Set before a write, with the columns it goes to, and cleared when what became of it is known. While it is set, what
  -- stands in the sheet may be anything that write can have made of it.
  ADD COLUMN sheet_open_write       jsonb,
  -- Counts who set out to write to the sheet. Whoever finds a higher number than his own was taken for dead, and has old news in hand.
  ADD COLUMN sheet_writer           integer NOT NULL DEFAULT 0,
  -- Counts how often somebody has taken the sheet up. What Google refused before the last time parks nothing.
  ADD COLUMN sheet_taken_up         integer NOT NULL DEFAULT 0,
  ADD CONSTRAINT ai_capabilities_parked_why CHECK (num_nonnulls(sheet_parked_at, sheet_parked_cause) <> 1);

-- The version of the order that the sheet shows; 0: none yet.
ALTER TABLE orders
  ADD COLUMN sheet_synced_version integer NOT NULL DEFAULT 0,
  ADD CONSTRAINT orders_sheet_synced_version_check CHECK (sheet_synced_version BETWEEN 0 AND version);
CREATE INDEX orders_unsynced ON orders (user_id, created_at, id) WHERE sheet_synced_version <> version;

-- How far the calls of each Google service account are booked ahead. Shared by all processes; nothing in it is a tenant's.
CREATE TABLE google_call_budgets (
  -- SHA-256 of the account's address.
  account       text NOT NULL CHECK (account ~ '^[0-9a-f]{64}$'),
  kind          text NOT NULL CHECK (kind IN ('read', 'write')),
  -- When the budget would be as good as unused, if no call were booked from now on.
  free_at       timestamptz NOT NULL,
  -- Google asked to be left alone until then.
  blocked_until timestamptz NOT NULL DEFAULT '-infinity',
  PRIMARY KEY (account, kind)
);

CREATE TABLE sheet_sync_attempts (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id         text NOT NULL,
  order_ids       uuid[] NOT NULL,
  correlation_ids text[] NOT NULL,
  result          text NOT NULL CHECK (result IN ('synced', 'retried', 'parked')),
  cause           text CHECK (cause ~ '^[a-z_]{1,64}$'),
  -- Google's, where it answered.
  status_code     integer CHECK (status_code BETWEEN 100 AND 599),
  -- 1 for the first try.
  attempt         integer NOT NULL CHECK (attempt >= 1),
  updated         integer NOT NULL DEFAULT 0 CHECK (updated >= 0),
  appended        integer NOT NULL DEFAULT 0 CHECK (appended >= 0),
  mended          integer NOT NULL DEFAULT 0 CHECK (mended >= 0),
  started_at      timestamptz(3) NOT NULL,
  duration_ms     integer NOT NULL CHECK (duration_ms >= 0),
  CONSTRAINT sheet_sync_attempts_why CHECK ((result = 'synced') = (cause IS NULL))
);
CREATE INDEX sheet_sync_attempts_by_tenant ON sheet_sync_attempts (user_id, id DESC);
-- For those who forget the oldest ones, of all tenants.
CREATE INDEX sheet_sync_attempts_by_age ON sheet_sync_attempts (started_at);

-- ---------------------------------------------------------------------------------------------------------------
-- Who wants to hear of what, and what was told

CREATE TABLE notification_subscriptions (
  id                         uuid PRIMARY KEY,
  -- No reference to `tenants`, as in `orders`.
  user_id                    text NOT NULL,
  kind                       text NOT NULL CHECK (kind IN ('web_push', 'webhook')),
  url                        text NOT NULL CHECK (length(url) BETWEEN 1 AND 2048),
  -- Web Push only: the browser's public key and its authentication secret, base64url. The second one is sealed.
  push_p256dh                text CHECK (length(push_p256dh) <= 200),
  push_auth                  text CHECK (length(push_auth) <= 500),
  -- Webhooks only, sealed. The previous one signs as well until it runs out.
  secret                     text CHECK (length(secret) <= 500),
  previous_secret            text CHECK (length(previous_secret) <= 500),
  previous_secret_expires_at timestamptz(3),
  -- When the secret that it was made with was last replaced; null: that one is in use still.
  secret_rotated_at          timestamptz(3),
  events                     text[] NOT NULL CHECK (cardinality(events) BETWEEN 1 AND 4 AND events <@
                               ARRAY['order.created', 'order.status_changed', 'sheet.parked', 'webhook.disabled']),
  description                text CHECK (length(description) BETWEEN 1 AND 200),
  -- `disabled`: it failed for too long and can be taken up again. `ended`: the receiver is gone, or nobody wants it any more.
  status                     text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled', 'ended')),
  disabled_reason            text CHECK (disabled_reason ~ '^[a-z_]{1,64}$'),
  -- When the first of a row of deliveries failed that nothing has interrupted since.
  failing_since              timestamptz(3),
  last_delivered_at          timestamptz(3),
  created_at                 timestamptz(3) NOT NULL DEFAULT now(),
  updated_at                 timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (user_id, id),
  CONSTRAINT notification_subscriptions_keys CHECK (
    (kind = 'web_push') = (push_p256dh IS NOT NULL) AND (kind = 'web_push') = (push_auth IS NOT NULL)
    AND (kind = 'webhook') = (secret IS NOT NULL)
    AND num_nonnulls(previous_secret, previous_secret_expires_at) <> 1)
);
CREATE INDEX notification_subscriptions_active ON notification_subscriptions (user_id) WHERE status = 'active';
-- A browser that subscribes again is the same subscriber.
CREATE UNIQUE INDEX notification_subscriptions_one_push ON notification_subscriptions (user_id, url)
  WHERE kind = 'web_push' AND status <> 'ended';

-- A key under which somebody subscribed, or changed a secret, says which subscription that was: a request whose answer was lost is
-- sent again and answered again. It lives in the table of all keys, so what guards those guards it: a completed key never changes.
ALTER TABLE idempotency_keys
  ADD COLUMN subscription_id uuid,
  ADD FOREIGN KEY (user_id, subscription_id) REFERENCES notification_subscriptions (user_id, id),
  DROP CONSTRAINT idempotency_keys_operation_check,
  ADD CONSTRAINT idempotency_keys_operation_check CHECK (operation IN ('create_order', 'create_subscription', 'rotate_secret')),
  DROP CONSTRAINT idempotency_keys_check,
  ADD CONSTRAINT idempotency_keys_check CHECK (
    (status = 'completed' AND operation = 'create_order') = (order_id IS NOT NULL)
    AND (status = 'completed' AND operation <> 'create_order') = (subscription_id IS NOT NULL));

-- One row for one event and one subscriber: the second try to make it finds the first.
CREATE TABLE notification_deliveries (
  id              uuid PRIMARY KEY,
  user_id         text NOT NULL,
  subscription_id uuid NOT NULL,
  -- The same for every subscriber; sent as `webhook-id`.
  event_id        text NOT NULL CHECK (event_id ~ '^[A-Za-z0-9._:-]{1,128}$'),
  event_type      text NOT NULL CHECK (event_type IN
                    ('order.created', 'order.status_changed', 'sheet.parked', 'webhook.disabled', 'test.ping')),
  order_id        uuid,
  -- What is sent, so that a delivery can be played again as it was; `jsonb` would turn its fields around.
  payload         json NOT NULL,
  status          text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'failed', 'ended')),
  correlation_id  text NOT NULL CHECK (length(correlation_id) BETWEEN 1 AND 128),
  created_at      timestamptz(3) NOT NULL DEFAULT now(),
  updated_at      timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (user_id, subscription_id, event_id),
  UNIQUE (user_id, id),
  FOREIGN KEY (user_id, subscription_id) REFERENCES notification_subscriptions (user_id, id)
);
CREATE INDEX notification_deliveries_by_subscription ON notification_deliveries (user_id, subscription_id, created_at DESC, id DESC);
-- Not by `updated_at`, and not of those alone that are over: then every try would have to write all of a row's indexes.
CREATE INDEX notification_deliveries_by_age ON notification_deliveries (created_at);

CREATE TABLE notification_attempts (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id     text NOT NULL,
  delivery_id uuid NOT NULL,
  attempt     integer NOT NULL CHECK (attempt >= 1),
  result      text NOT NULL CHECK (result IN ('delivered', 'retried', 'failed', 'ended')),
  status_code integer CHECK (status_code BETWEEN 100 AND 599),
  cause       text CHECK (cause ~ '^[a-z_]{1,64}$'),
  started_at  timestamptz(3) NOT NULL,
  duration_ms integer NOT NULL CHECK (duration_ms >= 0),
  FOREIGN KEY (user_id, delivery_id) REFERENCES notification_deliveries (user_id, id),
  CONSTRAINT notification_attempts_why CHECK ((result = 'delivered') = (cause IS NULL))
);
CREATE INDEX notification_attempts_by_delivery ON notification_attempts (user_id, delivery_id, id);

-- Keys of this installation, made once and kept: whoever comes first makes them. The private half is sealed.
CREATE TABLE server_keys (
  name               text PRIMARY KEY CHECK (name IN ('vapid')),
  public_key         text NOT NULL CHECK (length(public_key) <= 1000),
  sealed_private_key text NOT NULL CHECK (length(sealed_private_key) <= 4000),
  created_at         timestamptz(3) NOT NULL DEFAULT now()
);

-- ---------------------------------------------------------------------------------------------------------------
-- What no statement may do, whoever sends it

CREATE TRIGGER sheet_sync_attempts_append_only BEFORE UPDATE ON sheet_sync_attempts
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER notification_attempts_append_only BEFORE UPDATE ON notification_attempts
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- Nor taken away, but by the functions that forget what is old (below).
CREATE TRIGGER sheet_sync_attempts_kept BEFORE DELETE ON sheet_sync_attempts
  FOR EACH ROW WHEN (current_setting('app.forgetting', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION refuse_change();
CREATE TRIGGER notification_attempts_kept BEFORE DELETE ON notification_attempts
  FOR EACH ROW WHEN (current_setting('app.forgetting', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION refuse_change();

-- ---------------------------------------------------------------------------------------------------------------
-- Row-level security, as for all tables of tenants

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['sheet_sync_attempts', 'notification_subscriptions', 'notification_deliveries', 'notification_attempts'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant_only ON %I USING (user_id = current_tenant()) WITH CHECK (user_id = current_tenant())', name);
  END LOOP;
END
$$;

-- Who is left behind is asked across tenants, by two functions that answer with ids and figures only. Row-level security is
-- forced on the owner too, so these policies let it read, and only while one of the functions runs.
CREATE POLICY sheet_overview ON ai_capabilities FOR SELECT TO CURRENT_USER
  USING (current_setting('app.sheet_overview', true) = 'on');
CREATE POLICY sheet_overview ON orders FOR SELECT TO CURRENT_USER
  USING (current_setting('app.sheet_overview', true) = 'on');

-- Tenants whose sheet should have been written to by now, at most so many, the ones that wait longest first. A flag that is up
-- keeps later orders from nudging, so it counts as well, however it came to be left up.
CREATE FUNCTION sheets_left_behind(older_than interval, at_most integer) RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
  -- Not by a SET of the function: only a superuser may give it one of a parameter of our own.
  PERFORM set_config('app.sheet_overview', 'on', true);
  RETURN QUERY SELECT c.user_id
  FROM public.ai_capabilities c
  -- One is enough to know, and the index has the oldest first: a tenant with a million of them does not stop the sweep.
  LEFT JOIN LATERAL (
    SELECT o.updated_at AS at FROM public.orders o
    WHERE o.user_id = c.user_id AND o.sheet_synced_version <> o.version AND o.updated_at < now() - older_than
    ORDER BY o.created_at, o.id LIMIT 1
  ) waiting ON true
  WHERE c.sheets_sync_enabled AND c.sheet_parked_at IS NULL
    AND (c.sheet_sync_pending OR c.sheet_open_write IS NOT NULL OR waiting.at IS NOT NULL)
  ORDER BY waiting.at, c.user_id
  LIMIT at_most;
  PERFORM set_config('app.sheet_overview', 'off', true);
END
$$;

-- How far the sheets are behind, all together: for monitoring. Seconds are null where none is behind.
CREATE FUNCTION sheet_backlog(OUT unsynced bigint, OUT oldest_seconds double precision, OUT parked bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
  PERFORM set_config('app.sheet_overview', 'on', true);
  SELECT coalesce(sum(waiting.n), 0)::bigint, extract(epoch FROM now() - min(waiting.at))::double precision,
    count(*) FILTER (WHERE c.sheet_parked_at IS NOT NULL)
  INTO unsynced, oldest_seconds, parked
  FROM public.ai_capabilities c
  LEFT JOIN LATERAL (
    SELECT count(*) AS n, min(o.updated_at) AS at FROM public.orders o
    WHERE o.user_id = c.user_id AND o.sheet_synced_version <> o.version
  ) waiting ON true
  WHERE c.sheets_sync_enabled;
  PERFORM set_config('app.sheet_overview', 'off', true);
END
$$;

-- ---------------------------------------------------------------------------------------------------------------
-- What is forgotten. The service role can take nothing away; these functions can, of all tenants, what is too old to be of use to
-- anybody. They judge the age themselves: whoever may call them cannot take away what is young.

CREATE POLICY forgetting ON sheet_sync_attempts TO CURRENT_USER
  USING (current_setting('app.forgetting', true) = 'on') WITH CHECK (false);
CREATE POLICY forgetting ON notification_deliveries TO CURRENT_USER
  USING (current_setting('app.forgetting', true) = 'on') WITH CHECK (false);
CREATE POLICY forgetting ON notification_attempts TO CURRENT_USER
  USING (current_setting('app.forgetting', true) = 'on') WITH CHECK (false);

-- Deliveries that are over and have not been tried for so long, with their attempts: the oldest first, at most so many. Says how
-- many. The row of a delivery keeps its event from being sent a second time. 14 days are twice the longest that a delivery is tried
-- for, and of older events sync-worker sends none that it has no row of (see deliver-notification.ts).
CREATE FUNCTION forget_deliveries(older_than interval, at_most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
  forgotten uuid[];
BEGIN
  IF older_than IS NULL OR older_than < interval '14 days' THEN
    RAISE EXCEPTION 'history younger than 14 days is not forgotten' USING ERRCODE = 'check_violation';
  END IF;
  PERFORM set_config('app.forgetting', 'on', true), set_config('app.sheet_overview', 'on', true);
  SELECT array_agg(old.id) INTO forgotten FROM (
    SELECT d.id FROM public.notification_deliveries d
    WHERE d.created_at < now() - older_than
      -- Played again by hand, it is as good as new.
      AND d.updated_at < now() - older_than
      AND d.status <> 'pending'
      -- While a sheet is parked, a new run of its sync tells of it again, however long ago that was.
      AND NOT (d.event_type = 'sheet.parked' AND EXISTS (
        SELECT FROM public.ai_capabilities c WHERE c.user_id = d.user_id AND c.sheet_parked_at IS NOT NULL))
    ORDER BY d.created_at
    LIMIT least(at_most, 10000)
    -- One that somebody is playing again just now.
    FOR UPDATE OF d SKIP LOCKED
  ) old;
  DELETE FROM public.notification_attempts a USING public.notification_deliveries d
  WHERE d.id = ANY (forgotten) AND a.user_id = d.user_id AND a.delivery_id = d.id;
  DELETE FROM public.notification_deliveries WHERE id = ANY (forgotten);
  PERFORM set_config('app.forgetting', 'off', true), set_config('app.sheet_overview', 'off', true);
  RETURN coalesce(cardinality(forgotten), 0);
END
$$;

-- Attempts to write a sheet, which nothing but people reads: the oldest first, at most so many. Says how many.
CREATE FUNCTION forget_sheet_attempts(older_than interval, at_most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
  forgotten integer;
BEGIN
  IF older_than IS NULL OR older_than < interval '14 days' THEN
    RAISE EXCEPTION 'history younger than 14 days is not forgotten' USING ERRCODE = 'check_violation';
  END IF;
  PERFORM set_config('app.forgetting', 'on', true);
  DELETE FROM public.sheet_sync_attempts WHERE id IN (
    SELECT id FROM public.sheet_sync_attempts
    WHERE started_at < now() - older_than
    ORDER BY started_at
    LIMIT least(at_most, 10000));
  GET DIAGNOSTICS forgotten = ROW_COUNT;
  PERFORM set_config('app.forgetting', 'off', true);
  RETURN forgotten;
END
$$;

REVOKE ALL ON FUNCTION forget_deliveries(interval, integer), forget_sheet_attempts(interval, integer) FROM public;
GRANT EXECUTE ON FUNCTION forget_deliveries(interval, integer), forget_sheet_attempts(interval, integer) TO orderbooking_service;

REVOKE ALL ON FUNCTION sheets_left_behind(interval, integer), sheet_backlog() FROM public;
GRANT EXECUTE ON FUNCTION sheets_left_behind(interval, integer), sheet_backlog() TO orderbooking_service;

GRANT SELECT, INSERT, UPDATE ON google_call_budgets TO orderbooking_service;
GRANT UPDATE (sheet_synced_version) ON orders TO orderbooking_service;
GRANT SELECT, INSERT ON sheet_sync_attempts, notification_attempts TO orderbooking_service;
GRANT SELECT, INSERT, UPDATE (url, push_p256dh, push_auth, secret, previous_secret, previous_secret_expires_at,
  secret_rotated_at, events, description, status, disabled_reason, failing_since, last_delivered_at, updated_at) ON notification_subscriptions TO orderbooking_service;
GRANT SELECT, INSERT, UPDATE (status, updated_at) ON notification_deliveries TO orderbooking_service;
GRANT SELECT, INSERT ON server_keys TO orderbooking_service;

-- Down Migration

DROP FUNCTION sheets_left_behind(interval, integer), sheet_backlog(), forget_deliveries(interval, integer),
  forget_sheet_attempts(interval, integer);
DROP POLICY sheet_overview ON ai_capabilities;
DROP POLICY sheet_overview ON orders;
-- Keys of what is dropped. Neither their guard nor row-level security lets even the owner at them.
ALTER TABLE idempotency_keys
  DISABLE TRIGGER idempotency_keys_guard,
  NO FORCE ROW LEVEL SECURITY;
DELETE FROM idempotency_keys WHERE operation <> 'create_order';
ALTER TABLE idempotency_keys
  FORCE ROW LEVEL SECURITY,
  ENABLE TRIGGER idempotency_keys_guard,
  DROP COLUMN subscription_id,
  DROP CONSTRAINT idempotency_keys_operation_check,
  ADD CONSTRAINT idempotency_keys_operation_check CHECK (operation IN ('create_order')),
  ADD CONSTRAINT idempotency_keys_check CHECK ((status = 'completed') = (order_id IS NOT NULL));
DROP TABLE server_keys, notification_attempts, notification_deliveries, notification_subscriptions, sheet_sync_attempts,
  google_call_budgets;
DROP INDEX orders_unsynced;
ALTER TABLE orders DROP COLUMN sheet_synced_version;
ALTER TABLE ai_capabilities
  DROP CONSTRAINT ai_capabilities_parked_why,
  DROP COLUMN sheets_credentials,
  DROP COLUMN sheets_service_account,
  DROP COLUMN sheet_sync_pending,
  DROP COLUMN sheet_synced_at,
  DROP COLUMN sheet_parked_at,
  DROP COLUMN sheet_parked_cause,
  DROP COLUMN sheet_synced_target,
  DROP COLUMN sheet_taken_up,
  DROP COLUMN sheet_writer,
  DROP COLUMN sheet_open_write;
