ALTER TABLE "history" DROP CONSTRAINT "history_operation_check";--> statement-breakpoint
ALTER TABLE "history" ADD CONSTRAINT "history_operation_check" CHECK ("history"."operation" in ('INSERT', 'UPDATE', 'DELETE', 'REVEAL', 'ERASE'));
--> statement-breakpoint
DROP FUNCTION clientele_history_erase(bigint);
--> statement-breakpoint
-- Forgets a customer that is deleted: blanks the values of its history, also of what came to it from another customer, and deletes its
-- sign-ins. One row tells that it was done, by whom and when. Null when there never was such a customer.
CREATE FUNCTION clientele_customer_erase(erased bigint) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
DECLARE
  org CONSTANT bigint := current_setting('clientele.organization_id')::bigint;
  told history;
  blanked bigint;
  signed_in bigint;
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
  DELETE FROM credentials WHERE organization_id = org AND kind = 'CUSTOMER_LOGIN' AND customer_id = erased;
  GET DIAGNOSTICS signed_in = ROW_COUNT;
  SELECT * INTO told FROM history
    WHERE organization_id = org AND customer_id = erased AND operation = 'ERASE' ORDER BY id LIMIT 1;
  IF told.id IS NULL THEN
    INSERT INTO history (organization_id, table_name, row_id, customer_id, operation, credential_id, dialect, request_id)
      VALUES (org, 'customers', erased, erased, 'ERASE', nullif(current_setting('clientele.credential_id', true), ''),
        nullif(current_setting('clientele.dialect', true), ''), nullif(current_setting('clientele.request_id', true), ''))
      RETURNING * INTO told;
  END IF;
  RETURN jsonb_build_object('id', erased, 'at', to_char(told.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'credentialId', told.credential_id, 'changes', blanked, 'logins', signed_in);
END $$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION clientele_customer_erase(bigint) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION clientele_customer_erase(bigint) TO clientele_app, clientele_all;
--> statement-breakpoint
ALTER FUNCTION clientele_customer_erase(bigint) OWNER TO clientele_all;
