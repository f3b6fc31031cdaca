-- What a login signs in with belongs to the login's customer: when both are deleted together, to the one it came to last.
CREATE OR REPLACE FUNCTION clientele_history() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  unsaid CONSTANT text[] := ARRAY['organization_id', 'updated_at', 'identity_index', 'reference_version'];
  was jsonb;
  became jsonb;
  said_was jsonb;
  said_became jsonb;
  owner bigint;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF current_setting('clientele.resealing', true) = 'on' AND current_setting('role') = 'clientele_all' THEN RETURN NULL; END IF;
    was := to_jsonb(OLD);
    became := to_jsonb(NEW);
    SELECT jsonb_object_agg(b.key, was -> b.key), jsonb_object_agg(b.key, b.value) INTO said_was, said_became
      FROM jsonb_each(became) b WHERE b.value IS DISTINCT FROM was -> b.key AND b.key <> ALL (unsaid);
    IF said_became IS NULL THEN RETURN NULL; END IF;
  ELSIF TG_OP = 'INSERT' THEN
    became := to_jsonb(NEW);
    said_became := jsonb_strip_nulls(became - unsaid);
  ELSE
    was := to_jsonb(OLD);
    said_was := jsonb_strip_nulls(was - unsaid);
  END IF;
  became := coalesce(became, was);
  owner := (became ->> TG_ARGV[2])::bigint;
  IF TG_ARGV[0] = 'login_credentials' THEN
    SELECT customer_id INTO owner FROM logins
      WHERE organization_id = (became ->> 'organization_id')::bigint AND id = (became ->> 'login_id')::bigint;
    -- Deleted together with its login: what is left of the login is its history.
    IF owner IS NULL THEN
      SELECT customer_id INTO owner FROM history WHERE organization_id = (became ->> 'organization_id')::bigint
        AND row_id = (became ->> 'login_id')::bigint AND table_name = 'logins' ORDER BY id DESC LIMIT 1;
    END IF;
  END IF;
  INSERT INTO history (organization_id, table_name, row_id, customer_id, operation, before, after, credential_id, dialect, request_id)
    VALUES (coalesce(became ->> 'organization_id', became ->> 'id')::bigint, TG_ARGV[0], (became ->> TG_ARGV[1])::bigint, owner,
      TG_OP, said_was, said_became, nullif(current_setting('clientele.credential_id', true), ''),
      nullif(current_setting('clientele.dialect', true), ''), nullif(current_setting('clientele.request_id', true), ''));
  RETURN NULL;
END $$;
--> statement-breakpoint
-- An erasure also blanks what a login that came from another customer signed in with there.
CREATE OR REPLACE FUNCTION clientele_customer_erase(erased bigint) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
DECLARE
  org CONSTANT bigint := current_setting('clientele.organization_id')::bigint;
  told history;
  blanked bigint;
BEGIN
  IF NOT EXISTS (SELECT FROM history WHERE organization_id = org AND customer_id = erased) THEN RETURN NULL; END IF;
  IF EXISTS (SELECT FROM customers WHERE organization_id = org AND id = erased) THEN
    RAISE EXCEPTION 'a customer is deleted before it is erased';
  END IF;
  WITH RECURSIVE moved(table_name, row_id, customer_id) AS (
      SELECT h.table_name, h.row_id, erased FROM history h
        WHERE h.organization_id = org AND h.customer_id = erased AND h.operation = 'DELETE' AND h.table_name IN ('contacts', 'logins')
      UNION
      SELECT h.table_name, h.row_id, (h.before ->> 'customer_id')::bigint FROM moved m JOIN history h
          ON h.organization_id = org AND h.customer_id = m.customer_id AND h.table_name = m.table_name AND h.row_id = m.row_id
        WHERE h.operation = 'UPDATE' AND h.before ->> 'customer_id' IS NOT NULL)
    UPDATE history h SET before = (SELECT jsonb_object_agg(k, null) FROM jsonb_object_keys(h.before) k),
        after = (SELECT jsonb_object_agg(k, null) FROM jsonb_object_keys(h.after) k)
      WHERE h.organization_id = org AND (h.customer_id = erased OR h.id IN (
        SELECT o.id FROM moved m JOIN history o ON o.organization_id = org AND o.customer_id = m.customer_id
          AND (o.table_name = m.table_name AND o.row_id = m.row_id OR m.table_name = 'logins' AND o.table_name = 'login_credentials'
            AND coalesce(o.after, o.before) ->> 'login_id' = m.row_id::text)));
  GET DIAGNOSTICS blanked = ROW_COUNT;
  SELECT * INTO told FROM history
    WHERE organization_id = org AND customer_id = erased AND operation = 'ERASE' ORDER BY id LIMIT 1;
  IF told.id IS NULL THEN
    INSERT INTO history (organization_id, table_name, row_id, customer_id, operation, credential_id, dialect, request_id)
      VALUES (org, 'customers', erased, erased, 'ERASE', nullif(current_setting('clientele.credential_id', true), ''),
        nullif(current_setting('clientele.dialect', true), ''), nullif(current_setting('clientele.request_id', true), ''))
      RETURNING * INTO told;
  END IF;
  RETURN jsonb_build_object('id', erased, 'at', to_char(told.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'credentialId', told.credential_id, 'changes', blanked);
END $$;
--> statement-breakpoint
-- Deletes the sign-ins of a customer of the transaction's organization, and what the issuer remembers of them. Answers how many.
CREATE OR REPLACE FUNCTION clientele_customer_logins_erase(erased bigint) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
DECLARE
  ids text[];
BEGIN
  WITH gone AS (DELETE FROM credentials WHERE organization_id = current_setting('clientele.organization_id')::bigint
    AND kind = 'CUSTOMER_LOGIN' AND customer_id = erased RETURNING id)
    SELECT array_agg(id) INTO ids FROM gone;
  DELETE FROM oauth_state WHERE payload ->> 'account' IN (
    SELECT rtrim(translate(encode(sha256(convert_to(i, 'UTF8')), 'base64'), '+/', '-_'), '=') FROM unnest(ids) i);
  RETURN coalesce(cardinality(ids), 0);
END $$;
--> statement-breakpoint
-- Whoever serves may see whether the tables are as new as he is.
GRANT USAGE ON SCHEMA drizzle TO clientele_app, clientele_all;
--> statement-breakpoint
GRANT SELECT ON drizzle.__drizzle_migrations TO clientele_app, clientele_all;
