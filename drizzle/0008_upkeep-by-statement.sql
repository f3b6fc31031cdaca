-- What follows a new customer is written once for all rows of a statement: a million rows are then a few thousand writes of a counter,
-- not a million, and no row waits for statements of its own. The tables that are kept so belong to these functions alone.
ALTER TABLE "customer_keys" DROP CONSTRAINT "customer_keys_customer_fkey";--> statement-breakpoint
ALTER TABLE "customer_search" DROP CONSTRAINT "customer_search_customer_fkey";--> statement-breakpoint
REVOKE INSERT, UPDATE, DELETE ON customer_counts, customer_search, customer_keys FROM clientele_app;
--> statement-breakpoint
DROP TRIGGER customers_upkeep ON customers;
--> statement-breakpoint
DROP FUNCTION clientele_customer_upkeep(), clientele_customer_document(customers);
--> statement-breakpoint
-- Its dictionary is named in full, not by a setting of each call: a million calls feel that.
CREATE OR REPLACE FUNCTION clientele_fold(value text) RETURNS text LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
  SELECT lower(public.unaccent('public.unaccent', value)) $$;
--> statement-breakpoint
-- What a search compares. A row of its own, so that Postgres takes it into the statement that asks for it.
CREATE FUNCTION clientele_customer_document(name text, reference text, email text, other_emails text[], phones jsonb) RETURNS TABLE (document text)
  LANGUAGE sql STABLE AS $$
  SELECT clientele_fold(concat_ws(E'\n', name, reference, email, nullif(array_to_string(other_emails, E'\n'), ''),
    (SELECT string_agg(concat_ws(E'\n', p ->> 'e164', regexp_replace(p ->> 'number', '\D', '', 'g')), E'\n') FROM jsonb_array_elements(phones) p))) $$;
--> statement-breakpoint
-- What finds a customer exactly.
CREATE FUNCTION clientele_customer_keys(email text, other_emails text[], phones jsonb, organization_number text, last_name text, company_name text)
  RETURNS TABLE (kind text, value text) LANGUAGE sql STABLE AS $$
  SELECT k.kind, left(k.value, 500) FROM (
    SELECT 'EMAIL' AS kind, lower(email) AS value
    UNION ALL SELECT 'EMAIL', lower(e) FROM unnest(other_emails) e
    UNION ALL SELECT 'PHONE', coalesce(p ->> 'e164', upper(regexp_replace(p ->> 'number', '[^[:alnum:]]', '', 'g'))) FROM jsonb_array_elements(phones) p
    UNION ALL SELECT 'ORGANIZATION_NUMBER', clientele_bare(organization_number)
    UNION ALL SELECT 'LAST_NAME', lower(last_name)
    UNION ALL SELECT 'COMPANY_NAME', lower(company_name)) k
  WHERE k.value <> '' $$;
--> statement-breakpoint
CREATE FUNCTION clientele_customers_made() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO customer_counts AS c (organization_id, slot, count)
    SELECT organization_id, pg_backend_pid() % 16, count(*) FROM made GROUP BY organization_id ORDER BY organization_id
    ON CONFLICT (organization_id, slot) DO UPDATE SET count = c.count + excluded.count;
  INSERT INTO customer_search (organization_id, customer_id, name, reference, document)
    SELECT organization_id, id, name, reference, document FROM made, clientele_customer_document(name, reference, email, other_emails, phones);
  INSERT INTO customer_keys (organization_id, kind, value, customer_id)
    SELECT DISTINCT organization_id, k.kind, k.value, id FROM made,
      clientele_customer_keys(email, other_emails, phones, organization_number, last_name, company_name) k ORDER BY 1, 2, 3, 4;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE FUNCTION clientele_customers_gone() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO customer_counts AS c (organization_id, slot, count)
    SELECT organization_id, pg_backend_pid() % 16, -count(*) FROM gone GROUP BY organization_id ORDER BY organization_id
    ON CONFLICT (organization_id, slot) DO UPDATE SET count = c.count + excluded.count;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE FUNCTION clientele_customer_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    DELETE FROM customer_search WHERE organization_id = OLD.organization_id AND customer_id = OLD.id;
    DELETE FROM customer_keys WHERE organization_id = OLD.organization_id AND customer_id = OLD.id;
    RETURN NULL;
  END IF;
  IF (NEW.name, NEW.reference, NEW.email, NEW.other_emails, NEW.phones)
     IS DISTINCT FROM (OLD.name, OLD.reference, OLD.email, OLD.other_emails, OLD.phones) THEN
    UPDATE customer_search s SET name = NEW.name, reference = NEW.reference, document = d.document
      FROM clientele_customer_document(NEW.name, NEW.reference, NEW.email, NEW.other_emails, NEW.phones) d
      WHERE s.organization_id = NEW.organization_id AND s.customer_id = NEW.id;
  END IF;
  IF (NEW.email, NEW.other_emails, NEW.phones, NEW.organization_number, NEW.last_name, NEW.company_name)
     IS DISTINCT FROM (OLD.email, OLD.other_emails, OLD.phones, OLD.organization_number, OLD.last_name, OLD.company_name) THEN
    DELETE FROM customer_keys WHERE organization_id = NEW.organization_id AND customer_id = NEW.id;
    INSERT INTO customer_keys (organization_id, kind, value, customer_id)
      SELECT DISTINCT NEW.organization_id, k.kind, k.value, NEW.id
      FROM clientele_customer_keys(NEW.email, NEW.other_emails, NEW.phones, NEW.organization_number, NEW.last_name, NEW.company_name) k;
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
-- One row of history for each new row, its arguments those of clientele_history().
CREATE FUNCTION clientele_history_made() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO history (organization_id, table_name, row_id, customer_id, operation, after, credential_id, dialect, request_id)
    SELECT (r.said ->> 'organization_id')::bigint, TG_ARGV[0], (r.said ->> TG_ARGV[1])::bigint, (r.said ->> TG_ARGV[2])::bigint, 'INSERT',
      r.said - ARRAY['organization_id', 'updated_at', 'identity_index'], nullif(current_setting('clientele.credential_id', true), ''),
      nullif(current_setting('clientele.dialect', true), ''), nullif(current_setting('clientele.request_id', true), '')
    FROM (SELECT jsonb_strip_nulls(to_jsonb(made)) AS said FROM made OFFSET 0) r;
  RETURN NULL;
END $$;
--> statement-breakpoint
DO $$ DECLARE f regprocedure; BEGIN
  FOREACH f IN ARRAY ARRAY['clientele_customers_made()', 'clientele_customers_gone()', 'clientele_customer_changed()', 'clientele_history_made()']::regprocedure[] LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('ALTER FUNCTION %s OWNER TO clientele_all', f);
  END LOOP;
END $$;
--> statement-breakpoint
CREATE TRIGGER customers_made AFTER INSERT ON customers REFERENCING NEW TABLE AS made
  FOR EACH STATEMENT EXECUTE FUNCTION clientele_customers_made();
--> statement-breakpoint
CREATE TRIGGER customers_gone AFTER DELETE ON customers REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION clientele_customers_gone();
--> statement-breakpoint
CREATE TRIGGER customers_upkeep AFTER DELETE OR UPDATE OF name, reference, email, other_emails, phones, organization_number, last_name, company_name
  ON customers FOR EACH ROW EXECUTE FUNCTION clientele_customer_changed();
--> statement-breakpoint
DO $$ DECLARE t text[]; BEGIN
  FOREACH t SLICE 1 IN ARRAY ARRAY[
    ['customers', 'id', 'id'], ['contacts', 'id', 'customer_id'], ['customer_payment_types', 'customer_id', 'customer_id'], ['directory_entries', 'id', '']] LOOP
    EXECUTE format('DROP TRIGGER %I ON %I', t[1] || '_history', t[1]);
    EXECUTE format('CREATE TRIGGER %I AFTER UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION clientele_history(%L, %L, %L)',
      t[1] || '_history', t[1], t[1], t[2], t[3]);
    EXECUTE format('CREATE TRIGGER %I AFTER INSERT ON %I REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION clientele_history_made(%L, %L, %L)',
      t[1] || '_made_history', t[1], t[1], t[2], t[3]);
  END LOOP;
END $$;
--> statement-breakpoint
-- Shards have triggers of rows alone: the same functions, told of one row after the other. For `clientele distribute`.
CREATE FUNCTION clientele_upkeep_by_row() RETURNS void LANGUAGE plpgsql AS $$
DECLARE t record;
BEGIN
  FOR t IN SELECT tgname AS name, tgrelid::regclass AS place, tgfoid AS work, pg_get_triggerdef(oid) AS said, coalesce(tgnewtable, tgoldtable) AS many,
      CASE WHEN tgnewtable IS NULL THEN 'OLD' ELSE 'NEW' END AS one
    FROM pg_trigger WHERE NOT tgisinternal AND (tgtype & 1) = 0 AND tgfoid::regproc::text LIKE 'clientele%' LOOP
    EXECUTE replace(pg_get_functiondef(t.work), 'FROM ' || t.many, format('FROM (SELECT %s.*) %s', t.one, t.many));
    EXECUTE format('DROP TRIGGER %I ON %s', t.name, t.place);
    EXECUTE regexp_replace(t.said, 'REFERENCING .* FOR EACH STATEMENT', 'FOR EACH ROW');
  END LOOP;
END $$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION clientele_upkeep_by_row() FROM PUBLIC;
