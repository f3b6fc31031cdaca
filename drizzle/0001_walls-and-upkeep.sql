-- Roles: clientele_app serves every request and owns nothing; clientele_all sees every row, for migrations, sweepers and
-- definer functions. Both are made by src/db/migrate.ts, because roles belong to the cluster and not to one database.
GRANT USAGE ON SCHEMA public TO clientele_app, clientele_all;
--> statement-breakpoint
GRANT CREATE ON SCHEMA public TO clientele_all;
--> statement-breakpoint
-- The wall around a table of an organization. Each migration that makes a table calls it.
CREATE FUNCTION clientele_wall(t regclass, key text DEFAULT 'organization_id') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', t);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', t);
  EXECUTE format('CREATE POLICY own_organization ON %s USING (%I = current_setting(''clientele.organization_id'')::bigint)', t, key);
  EXECUTE format('CREATE POLICY everything ON %s TO clientele_all USING (true)', t);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO clientele_app, clientele_all', t);
END $$;
--> statement-breakpoint
-- The wall around a global table: the application reaches it through definer functions alone.
CREATE FUNCTION clientele_vault_wall(t regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', t);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', t);
  EXECUTE format('CREATE POLICY everything ON %s TO clientele_all USING (true)', t);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO clientele_all', t);
END $$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION clientele_wall(regclass, text), clientele_vault_wall(regclass) FROM PUBLIC;
--> statement-breakpoint
SELECT clientele_wall(t::regclass) FROM unnest(ARRAY[
  'users', 'categories', 'segmentations', 'payment_types', 'regions', 'pictures', 'customers', 'customer_payment_types', 'contacts',
  'logins', 'login_credentials', 'directory_entries', 'customer_search', 'customer_keys', 'customer_counts']) t;
--> statement-breakpoint
SELECT clientele_wall('organizations', 'id');
--> statement-breakpoint
REVOKE INSERT, DELETE ON organizations FROM clientele_app;
--> statement-breakpoint
SELECT clientele_vault_wall(t::regclass) FROM unnest(ARRAY['credentials', 'oauth_state', 'rate_buckets']) t;
--> statement-breakpoint
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO clientele_app, clientele_all;
--> statement-breakpoint
-- Lower case without accents: what a search compares. unaccent() names its dictionary so that it may be called immutable.
CREATE FUNCTION clientele_fold(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  SET search_path = public, pg_catalog AS $$ SELECT lower(unaccent('unaccent', value)) $$;
--> statement-breakpoint
-- A number as look-ups compare it: upper case without blanks and dots, and without - and / when the rest is all digits.
CREATE FUNCTION clientele_bare(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT CASE WHEN translate(v, '-/', '') ~ '^[0-9]+$' THEN translate(v, '-/', '') ELSE v END
  FROM (SELECT upper(regexp_replace(value, '[\s.]', '', 'g')) AS v) x $$;
--> statement-breakpoint
CREATE FUNCTION clientele_touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.version := OLD.version + 1;
  NEW.updated_at := now();
  RETURN NEW;
END $$;
--> statement-breakpoint
-- An organization's count of changed references is no change of the organization.
CREATE FUNCTION clientele_touch_organization() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.reference_version = OLD.reference_version THEN
    NEW.version := OLD.version + 1;
    NEW.updated_at := now();
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER organizations_touch BEFORE UPDATE ON organizations FOR EACH ROW EXECUTE FUNCTION clientele_touch_organization();
--> statement-breakpoint
DO $$ DECLARE t text; BEGIN
  FOREACH t IN ARRAY ARRAY['users', 'categories', 'segmentations', 'payment_types', 'regions', 'customers', 'contacts', 'logins', 'directory_entries'] LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION clientele_touch()', t || '_touch', t);
  END LOOP;
END $$;
--> statement-breakpoint
-- What a customer gets when nobody says it: its number is its identity, its payment id 21 digits that are made once.
CREATE FUNCTION clientele_customer_defaults() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bits text;
BEGIN
  NEW.customer_number := coalesce(NEW.customer_number, NEW.id);
  IF NEW.payment_id IS NULL THEN
    bits := replace(gen_random_uuid()::text, '-', '');
    NEW.payment_id := lpad((('x' || substr(bits, 1, 12))::bit(48)::bigint % 9000000000 + 1000000000)::text, 10, '0')
                   || lpad((('x' || substr(bits, 17, 15))::bit(60)::bigint % 100000000000)::text, 11, '0');
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER customers_defaults BEFORE INSERT ON customers FOR EACH ROW EXECUTE FUNCTION clientele_customer_defaults();
--> statement-breakpoint
CREATE FUNCTION clientele_customer_document(c customers) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT clientele_fold(concat_ws(E'\n', c.name, c.reference, c.email, nullif(array_to_string(c.other_emails, E'\n'), ''),
    (SELECT string_agg(concat_ws(E'\n', p->>'e164', regexp_replace(p->>'number', '\D', '', 'g')), E'\n') FROM jsonb_array_elements(c.phones) p))) $$;
--> statement-breakpoint
-- Keeps what searches, look-ups and totals read true under every way of writing a customer.
CREATE FUNCTION clientele_customer_upkeep() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE own_slot int := pg_backend_pid() % 16;
BEGIN
  IF TG_OP = 'DELETE' THEN
    INSERT INTO customer_counts AS c (organization_id, slot, count) VALUES (OLD.organization_id, own_slot, -1)
      ON CONFLICT (organization_id, slot) DO UPDATE SET count = c.count - 1;
    RETURN NULL;
  END IF;
  IF TG_OP = 'INSERT' THEN
    INSERT INTO customer_counts AS c (organization_id, slot, count) VALUES (NEW.organization_id, own_slot, 1)
      ON CONFLICT (organization_id, slot) DO UPDATE SET count = c.count + 1;
    INSERT INTO customer_search (organization_id, customer_id, name, reference, document)
      VALUES (NEW.organization_id, NEW.id, NEW.name, NEW.reference, clientele_customer_document(NEW));
  ELSE
    IF (NEW.name, NEW.reference, NEW.email, NEW.other_emails, NEW.phones) IS DISTINCT FROM (OLD.name, OLD.reference, OLD.email, OLD.other_emails, OLD.phones) THEN
      UPDATE customer_search SET name = NEW.name, reference = NEW.reference, document = clientele_customer_document(NEW)
        WHERE organization_id = NEW.organization_id AND customer_id = NEW.id;
    END IF;
    IF (NEW.email, NEW.other_emails, NEW.phones, NEW.organization_number, NEW.last_name, NEW.company_name)
       IS NOT DISTINCT FROM (OLD.email, OLD.other_emails, OLD.phones, OLD.organization_number, OLD.last_name, OLD.company_name) THEN
      RETURN NULL;
    END IF;
    DELETE FROM customer_keys WHERE organization_id = NEW.organization_id AND customer_id = NEW.id;
  END IF;
  INSERT INTO customer_keys (organization_id, kind, value, customer_id)
    SELECT DISTINCT NEW.organization_id, k.kind, left(k.value, 500), NEW.id FROM (
      SELECT 'EMAIL' AS kind, lower(NEW.email) AS value
      UNION ALL SELECT 'EMAIL', lower(e) FROM unnest(NEW.other_emails) e
      UNION ALL SELECT 'PHONE', coalesce(p->>'e164', upper(regexp_replace(p->>'number', '[^[:alnum:]]', '', 'g'))) FROM jsonb_array_elements(NEW.phones) p
      UNION ALL SELECT 'ORGANIZATION_NUMBER', clientele_bare(NEW.organization_number)
      UNION ALL SELECT 'LAST_NAME', lower(NEW.last_name)
      UNION ALL SELECT 'COMPANY_NAME', lower(NEW.company_name)) k
    WHERE k.value <> '';
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER customers_upkeep AFTER INSERT OR DELETE OR UPDATE OF name, reference, email, other_emails, phones, organization_number, last_name, company_name
  ON customers FOR EACH ROW EXECUTE FUNCTION clientele_customer_upkeep();
--> statement-breakpoint
-- Small data that many rows point at carries a number that every change of it raises, so that caches know.
CREATE FUNCTION clientele_reference_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE organizations SET reference_version = reference_version + 1
    WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.organization_id ELSE NEW.organization_id END;
  RETURN NULL;
END $$;
--> statement-breakpoint
DO $$ DECLARE t text; BEGIN
  FOREACH t IN ARRAY ARRAY['users', 'categories', 'segmentations', 'payment_types', 'regions'] LOOP
    EXECUTE format('CREATE TRIGGER %I AFTER INSERT OR UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION clientele_reference_changed()', t || '_version', t);
  END LOOP;
END $$;
--> statement-breakpoint
-- Searches. Under row security Postgres uses no index for LIKE or trigrams, so these run as clientele_all and name the
-- organization of the transaction themselves. They return ids; the rows are then read under row security.
CREATE FUNCTION clientele_customers_like(field text, pattern text, ignore_case boolean) RETURNS SETOF bigint
  LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1000 SET search_path = public, pg_catalog AS $$
DECLARE org bigint := current_setting('clientele.organization_id')::bigint; folded text := '%' || clientele_fold(pattern) || '%';
BEGIN
  IF field = 'name' AND ignore_case THEN
    RETURN QUERY SELECT customer_id FROM customer_search WHERE organization_id = org AND document LIKE folded AND name ILIKE pattern;
  ELSIF field = 'name' THEN
    RETURN QUERY SELECT customer_id FROM customer_search WHERE organization_id = org AND document LIKE folded AND name LIKE pattern;
  ELSIF ignore_case THEN
    RETURN QUERY SELECT customer_id FROM customer_search WHERE organization_id = org AND document LIKE folded AND reference ILIKE pattern;
  ELSE
    RETURN QUERY SELECT customer_id FROM customer_search WHERE organization_id = org AND document LIKE folded AND reference LIKE pattern;
  END IF;
END $$;
--> statement-breakpoint
-- Every word somewhere in the document; a phone in any format by its digits; when nothing has them, what is spelt nearly so.
-- Fewer than four letters are near to everything.
CREATE FUNCTION clientele_customers_search(term text) RETURNS SETOF bigint
  LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1000
  SET search_path = public, pg_catalog SET pg_trgm.word_similarity_threshold = 0.4 AS $$
DECLARE
  org bigint := current_setting('clientele.organization_id')::bigint;
  folded text := clientele_fold(btrim(term));
  words text[];
BEGIN
  IF folded ~ '^[+0-9 ()./-]+$' AND length(regexp_replace(folded, '\D', '', 'g')) >= 5 THEN
    words := ARRAY['%' || regexp_replace(regexp_replace(folded, '\D', '', 'g'), '^0+', '') || '%'];
    RETURN QUERY SELECT customer_id FROM customer_search WHERE organization_id = org AND document LIKE ALL (words);
    IF FOUND THEN RETURN; END IF;
  END IF;
  SELECT array_agg('%' || replace(replace(replace(w, '\', '\\'), '%', '\%'), '_', '\_') || '%') INTO words
    FROM regexp_split_to_table(folded, '\s+') w WHERE w <> '';
  IF words IS NULL THEN RETURN; END IF;
  RETURN QUERY SELECT customer_id FROM customer_search WHERE organization_id = org AND document LIKE ALL (words);
  IF NOT FOUND AND length(folded) >= 4 THEN
    RETURN QUERY SELECT customer_id FROM customer_search WHERE organization_id = org AND folded <% document;
  END IF;
END $$;
--> statement-breakpoint
ALTER FUNCTION clientele_customers_like(text, text, boolean) OWNER TO clientele_all;
--> statement-breakpoint
ALTER FUNCTION clientele_customers_search(text) OWNER TO clientele_all;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION clientele_customers_like(text, text, boolean), clientele_customers_search(text) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION clientele_customers_like(text, text, boolean), clientele_customers_search(text) TO clientele_app, clientele_all;
