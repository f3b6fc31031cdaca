-- Sign-ins. The application has no right on credentials, oauth_state and rate_buckets: it comes through these functions, each
-- of which takes one exact id (or one organization that the transaction was opened for). All run as clientele_all.
CREATE FUNCTION clientele_credential_by_id(wanted text) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
  SELECT jsonb_build_object(
    'id', c.id, 'organizationId', c.organization_id, 'kind', c.kind, 'name', c.name, 'scopes', c.scopes, 'settings', c.settings,
    'secretHash', encode(c.secret_hash, 'hex'), 'secretSealed', encode(c.secret_sealed, 'hex'),
    'isUsable', NOT c.is_revoked AND coalesce(c.expires_at > now(), true),
    'userId', c.user_id, 'customerId', c.customer_id,
    'organization', jsonb_build_object('reference', o.reference, 'name', o.name, 'country', o.country, 'currencies', o.currencies),
    'user', (SELECT jsonb_build_object('reference', u.reference, 'firstName', u.first_name, 'lastName', u.last_name, 'email', u.email,
        'role', u.role, 'isActive', u.is_active)
      FROM users u WHERE u.organization_id = c.organization_id AND u.id = c.user_id),
    'hasCustomer', EXISTS (SELECT FROM customers k WHERE k.organization_id = c.organization_id AND k.id = c.customer_id))
  FROM credentials c JOIN organizations o ON o.id = c.organization_id
  WHERE c.id = wanted $$;
--> statement-breakpoint
CREATE FUNCTION clientele_credential_used(wanted text) RETURNS void LANGUAGE sql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
  UPDATE credentials SET last_used_at = now()
  WHERE id = wanted AND coalesce(last_used_at < now() - interval '1 minute', true) $$;
--> statement-breakpoint
-- Credentials are managed for the organization of the transaction, or by clientele_all for any.
CREATE FUNCTION clientele_manages(organization bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT coalesce(current_setting('role') = 'clientele_all'
    OR organization = nullif(current_setting('clientele.organization_id', true), '')::bigint, false) $$;
--> statement-breakpoint
CREATE FUNCTION clientele_credential_facts(c credentials) RETURNS jsonb LANGUAGE sql STABLE
  SET search_path = public, pg_temp AS $$
  SELECT jsonb_build_object('id', c.id, 'organizationId', c.organization_id, 'kind', c.kind, 'name', c.name, 'scopes', c.scopes,
    'userId', c.user_id, 'customerId', c.customer_id, 'settings', c.settings, 'isRevoked', c.is_revoked,
    'createdAt', c.created_at, 'expiresAt', c.expires_at, 'lastUsedAt', c.last_used_at) $$;
--> statement-breakpoint
CREATE FUNCTION clientele_credential_put(made jsonb) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
DECLARE c credentials;
BEGIN
  IF NOT clientele_manages((made->>'organizationId')::bigint) THEN
    RAISE insufficient_privilege USING MESSAGE = 'a credential of another organization';
  END IF;
  INSERT INTO credentials (id, organization_id, kind, name, secret_hash, secret_sealed, scopes, user_id, customer_id, settings, expires_at)
    VALUES (made->>'id', (made->>'organizationId')::bigint, made->>'kind', made->>'name',
      decode(made->>'secretHash', 'hex'), decode(made->>'secretSealed', 'hex'),
      ARRAY(SELECT jsonb_array_elements_text(made->'scopes')), (made->>'userId')::bigint, (made->>'customerId')::bigint,
      coalesce(made->'settings', '{}'::jsonb), (made->>'expiresAt')::timestamptz)
    RETURNING * INTO c;
  RETURN clientele_credential_facts(c);
END $$;
--> statement-breakpoint
CREATE FUNCTION clientele_credentials_of(organization bigint) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
  SELECT coalesce(jsonb_agg(clientele_credential_facts(c) ORDER BY c.created_at, c.id), '[]'::jsonb)
  FROM credentials c WHERE c.organization_id = organization AND clientele_manages(organization) $$;
--> statement-breakpoint
-- Null when there is no such credential in the organization of the transaction.
CREATE FUNCTION clientele_credential_revoke(wanted text) RETURNS jsonb LANGUAGE sql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
  UPDATE credentials c SET is_revoked = true WHERE c.id = wanted AND clientele_manages(c.organization_id)
  RETURNING clientele_credential_facts(c) $$;
--> statement-breakpoint
CREATE FUNCTION clientele_credential_rotate(wanted text, new_hash bytea, new_sealed bytea) RETURNS jsonb LANGUAGE sql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
  UPDATE credentials c SET secret_hash = new_hash, secret_sealed = new_sealed
  WHERE c.id = wanted AND NOT c.is_revoked AND clientele_manages(c.organization_id)
  RETURNING clientele_credential_facts(c) $$;
--> statement-breakpoint
CREATE FUNCTION clientele_organization_by_reference(wanted text) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
  SELECT jsonb_build_object('id', id, 'reference', reference, 'name', name) FROM organizations WHERE reference = wanted $$;
--> statement-breakpoint
-- What a sign-in keeps between two requests. An id is stored as its SHA-256, so that a copy of the table opens nothing.
CREATE FUNCTION clientele_state_get(wanted_model text, wanted_id text) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
  SELECT jsonb_build_object('payload', payload, 'consumedAt', floor(extract(epoch FROM consumed_at)),
    'secondsLeft', floor(extract(epoch FROM expires_at - now())))
  FROM oauth_state WHERE model = wanted_model AND id = wanted_id AND coalesce(expires_at > now(), true) $$;
--> statement-breakpoint
CREATE FUNCTION clientele_state_by_uid(wanted_model text, wanted_uid text) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
  SELECT jsonb_build_object('id', id, 'payload', payload, 'consumedAt', floor(extract(epoch FROM consumed_at)),
    'secondsLeft', floor(extract(epoch FROM expires_at - now())))
  FROM oauth_state WHERE model = wanted_model AND uid = wanted_uid AND coalesce(expires_at > now(), true) LIMIT 1 $$;
--> statement-breakpoint
-- A session and the credential that it was opened with, in one look.
CREATE FUNCTION clientele_session(wanted_model text, wanted_id text) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
  SELECT s || jsonb_build_object('credential', clientele_credential_by_id(s->'payload'->>'credentialId'))
  FROM clientele_state_get(wanted_model, wanted_id) s WHERE s IS NOT NULL $$;
--> statement-breakpoint
CREATE FUNCTION clientele_state_put(new_model text, new_id text, new_payload jsonb, new_grant text, new_uid text, seconds double precision)
  RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  INSERT INTO oauth_state (model, id, payload, grant_id, uid, expires_at)
    VALUES (new_model, new_id, new_payload, new_grant, new_uid, now() + make_interval(secs => seconds))
  ON CONFLICT (model, id) DO UPDATE SET payload = excluded.payload, grant_id = excluded.grant_id, uid = excluded.uid,
    expires_at = excluded.expires_at $$;
--> statement-breakpoint
-- True for the one who came first.
CREATE FUNCTION clientele_state_consume(wanted_model text, wanted_id text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE oauth_state SET consumed_at = now() WHERE model = wanted_model AND id = wanted_id AND consumed_at IS NULL;
  RETURN FOUND;
END $$;
--> statement-breakpoint
CREATE FUNCTION clientele_state_destroy(wanted_model text, wanted_id text) RETURNS void LANGUAGE sql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$ DELETE FROM oauth_state WHERE model = wanted_model AND id = wanted_id $$;
--> statement-breakpoint
CREATE FUNCTION clientele_state_destroy_grant(wanted_model text, wanted_grant text) RETURNS void LANGUAGE sql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$ DELETE FROM oauth_state WHERE model = wanted_model AND grant_id = wanted_grant $$;
--> statement-breakpoint
-- The keys that sign access tokens, newest first; retired ones only verify until they expire.
CREATE FUNCTION clientele_signing_keys() RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
  SELECT coalesce(jsonb_agg(jsonb_build_object('kid', id, 'payload', payload, 'isRetired', expires_at IS NOT NULL)
    ORDER BY expires_at DESC NULLS FIRST, (payload->>'madeAt')::numeric DESC, id), '[]'::jsonb)
  FROM oauth_state WHERE model = 'SigningKey' AND coalesce(expires_at > now(), true) $$;
--> statement-breakpoint
-- Adds the next key and retires the others; or, when no time to retire is given, a first key, unless there is one that whoever asks
-- can open (`sealed_otherwise` names those that they cannot). Of several who add a first key at once, one does.
CREATE FUNCTION clientele_signing_key_add(kid text, made jsonb, retire_after_seconds double precision, sealed_otherwise jsonb)
  RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7236113);
  IF retire_after_seconds IS NULL AND EXISTS (
    SELECT FROM oauth_state WHERE model = 'SigningKey' AND expires_at IS NULL AND NOT sealed_otherwise ? id)
  THEN
    RETURN false;
  END IF;
  UPDATE oauth_state SET expires_at = now() + make_interval(secs => retire_after_seconds)
    WHERE model = 'SigningKey' AND expires_at IS NULL AND retire_after_seconds IS NOT NULL;
  INSERT INTO oauth_state (model, id, payload)
    VALUES ('SigningKey', kid, made || jsonb_build_object('madeAt', extract(epoch FROM clock_timestamp())));
  RETURN true;
END $$;
--> statement-breakpoint
-- A token bucket, counted in thousandths. A cost below zero gives back. Call it outside of a request's transaction: the row
-- stays locked until the commit.
CREATE FUNCTION clientele_take(bucket text, capacity integer, refill_per_second double precision, cost integer) RETURNS jsonb
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  ceiling bigint := capacity::bigint * 1000;
  asked bigint := cost::bigint * 1000;
  moment timestamptz;
  since timestamptz;
  left_over bigint;
  gained bigint;
  allowed boolean;
BEGIN
  INSERT INTO rate_buckets (key, tokens, updated_at, expires_at)
    VALUES (bucket, ceiling, clock_timestamp(), clock_timestamp() + interval '1 day') ON CONFLICT (key) DO NOTHING;
  SELECT tokens, updated_at INTO left_over, since FROM rate_buckets WHERE key = bucket FOR UPDATE;
  moment := clock_timestamp();
  gained := greatest(0, floor(extract(epoch FROM moment - since)::double precision * refill_per_second * 1000));
  left_over := left_over + gained;
  IF left_over >= ceiling OR gained = 0 AND since > moment THEN
    left_over := least(left_over, ceiling);
    since := moment;
  ELSE
    -- What is less than a thousandth is kept for the next look.
    since := since + make_interval(secs => gained / (refill_per_second * 1000));
  END IF;
  allowed := left_over >= asked;
  IF allowed THEN left_over := least(left_over - asked, ceiling); END IF;
  UPDATE rate_buckets SET tokens = left_over, updated_at = since,
    expires_at = moment + make_interval(secs => (ceiling - left_over) / (refill_per_second * 1000) + 60) WHERE key = bucket;
  RETURN jsonb_build_object('allowed', allowed, 'remaining', greatest(0, left_over / 1000),
    'retryAfter', CASE WHEN allowed THEN 0 ELSE ceil((asked - left_over) / (refill_per_second * 1000)) END,
    'resetAfter', ceil((ceiling - left_over) / (refill_per_second * 1000)));
END $$;
--> statement-breakpoint
DO $$ DECLARE f regprocedure; BEGIN
  FOR f IN SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.proname IN (
    'clientele_credential_by_id', 'clientele_credential_used', 'clientele_manages', 'clientele_credential_facts',
    'clientele_credential_put', 'clientele_credentials_of', 'clientele_credential_revoke', 'clientele_credential_rotate',
    'clientele_organization_by_reference', 'clientele_state_get', 'clientele_state_by_uid', 'clientele_session',
    'clientele_state_put', 'clientele_state_consume', 'clientele_state_destroy', 'clientele_state_destroy_grant',
    'clientele_signing_keys', 'clientele_signing_key_add', 'clientele_take')
  LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
    -- Whoever migrates is who serves, as a rule; another login is given clientele_app and takes that role.
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO clientele_app, clientele_all, CURRENT_USER', f);
    EXECUTE format('ALTER FUNCTION %s OWNER TO clientele_all', f);
  END LOOP;
END $$;
