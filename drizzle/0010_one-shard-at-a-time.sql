-- In a cluster each statement is for one shard, and functions are told of their rows one shard at a time. Credentials stand on the
-- coordinator: what they name is read after them, by the organization that they are of.
CREATE OR REPLACE FUNCTION clientele_credential_by_id(wanted text) RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
DECLARE
  c credentials;
  named jsonb;
BEGIN
  SELECT * INTO c FROM credentials WHERE id = wanted;
  IF NOT FOUND THEN RETURN NULL; END IF;
  SELECT jsonb_build_object(
      'organization', jsonb_build_object('reference', o.reference, 'name', o.name, 'country', o.country, 'currencies', o.currencies),
      'user', (SELECT jsonb_build_object('reference', u.reference, 'firstName', u.first_name, 'lastName', u.last_name, 'email', u.email,
          'role', u.role, 'isActive', u.is_active)
        FROM users u WHERE u.organization_id = c.organization_id AND u.id = c.user_id),
      'hasCustomer', EXISTS (SELECT FROM customers k WHERE k.organization_id = c.organization_id AND k.id = c.customer_id))
    INTO named FROM organizations o WHERE o.id = c.organization_id;
  RETURN named || jsonb_build_object(
    'id', c.id, 'organizationId', c.organization_id, 'kind', c.kind, 'name', c.name, 'scopes', c.scopes, 'settings', c.settings,
    'secretHash', encode(c.secret_hash, 'hex'), 'secretSealed', encode(c.secret_sealed, 'hex'),
    'isUsable', NOT c.is_revoked AND coalesce(c.expires_at > now(), true), 'userId', c.user_id, 'customerId', c.customer_id);
END $$;
--> statement-breakpoint
-- Asked before an organization is known: the two questions that a cluster asks all shards.
CREATE OR REPLACE FUNCTION clientele_organization_by_reference(wanted text) RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
BEGIN
  RETURN (SELECT jsonb_build_object('id', id, 'reference', reference, 'name', name) FROM organizations WHERE reference = wanted);
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION clientele_origin_allowed(origin text, organization bigint) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
BEGIN
  IF organization IS NULL THEN
    RETURN EXISTS (SELECT FROM organizations o WHERE o.cors_origins @> ARRAY[origin]);
  END IF;
  RETURN EXISTS (SELECT FROM organizations o WHERE o.cors_origins @> ARRAY[origin] AND o.id = organization);
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION clientele_history_reveal(revealed_table text, revealed_row bigint, purpose text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  org CONSTANT bigint := current_setting('clientele.organization_id')::bigint;
  owner CONSTANT bigint := CASE revealed_table WHEN 'customers' THEN revealed_row END;
BEGIN
  INSERT INTO history (organization_id, table_name, row_id, customer_id, operation, after, credential_id, dialect, request_id)
    VALUES (org, revealed_table, revealed_row, owner, 'REVEAL', jsonb_build_object('purpose', purpose),
      nullif(current_setting('clientele.credential_id', true), ''), nullif(current_setting('clientele.dialect', true), ''),
      nullif(current_setting('clientele.request_id', true), ''));
END $$;
--> statement-breakpoint
-- What an erasure does to the shard, and what it does to credentials, are two functions.
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
          AND o.table_name = m.table_name AND o.row_id = m.row_id));
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
-- Deletes the sign-ins of a customer of the transaction's organization. Answers how many.
CREATE FUNCTION clientele_customer_logins_erase(erased bigint) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
DECLARE gone integer;
BEGIN
  DELETE FROM credentials WHERE organization_id = current_setting('clientele.organization_id')::bigint
    AND kind = 'CUSTOMER_LOGIN' AND customer_id = erased;
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END $$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION clientele_customer_logins_erase(bigint) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION clientele_customer_logins_erase(bigint) TO clientele_app, clientele_all;
--> statement-breakpoint
ALTER FUNCTION clientele_customer_logins_erase(bigint) OWNER TO clientele_all;
