-- A pattern on the name read what all organizations have of it, in wide rows. Names stand now in rows of nothing else, under an index whose
-- every entry is three letters of one organization: what others have is not read at all.
CREATE TABLE "customer_names" (
	"organization_id" bigint DEFAULT current_setting('clientele.organization_id')::bigint NOT NULL,
	"customer_id" bigint NOT NULL,
	"name" text NOT NULL,
	CONSTRAINT "customer_names_pkey" PRIMARY KEY("organization_id","customer_id")
);
--> statement-breakpoint
SELECT clientele_wall('customer_names');
--> statement-breakpoint
REVOKE INSERT, UPDATE, DELETE ON customer_names FROM clientele_app;
--> statement-breakpoint
-- Every three letters in a row of a text, each with the organization before it. NULL of what is shorter.
CREATE FUNCTION clientele_grams(organization bigint, value text) RETURNS bigint[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE grams bigint[];
BEGIN
  FOR i IN 1 .. length(value) - 2 LOOP
    grams[i] := organization << 32 | (hashtext(substr(value, i, 3))::bigint & 4294967295);
  END LOOP;
  RETURN grams;
END $$;
--> statement-breakpoint
-- What every text has that is LIKE the pattern. NULL when no three letters of it stand together.
CREATE FUNCTION clientele_pattern_grams(organization bigint, pattern text) RETURNS bigint[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT array_agg(DISTINCT gram) FROM regexp_matches(pattern, '(?:[^%_\\]|\\.)+', 'g') AS letters,
    unnest(clientele_grams(organization, regexp_replace(letters[1], '\\(.)', '\1', 'g'))) AS gram $$;
--> statement-breakpoint
SET LOCAL ROLE clientele_all;
--> statement-breakpoint
INSERT INTO customer_names (organization_id, customer_id, name) SELECT organization_id, id, lower(name) FROM customers ORDER BY organization_id, id;
--> statement-breakpoint
RESET ROLE;
--> statement-breakpoint
CREATE INDEX "customer_names_grams_idx" ON "customer_names" USING gin (clientele_grams("organization_id", "name"));--> statement-breakpoint
ANALYZE customer_names;
--> statement-breakpoint
ALTER TABLE "customer_search" DROP COLUMN "name";
--> statement-breakpoint
CREATE OR REPLACE FUNCTION clientele_customers_made() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO customer_counts AS c (organization_id, slot, count)
    SELECT organization_id, pg_backend_pid() % 16, count(*) FROM made GROUP BY organization_id ORDER BY organization_id
    ON CONFLICT (organization_id, slot) DO UPDATE SET count = c.count + excluded.count;
  INSERT INTO customer_names (organization_id, customer_id, name) SELECT organization_id, id, lower(name) FROM made;
  INSERT INTO customer_search (organization_id, customer_id, reference, document)
    SELECT organization_id, id, reference, document FROM made, clientele_customer_document(name, reference, email, other_emails, phones);
  INSERT INTO customer_keys (organization_id, kind, value, customer_id)
    SELECT DISTINCT organization_id, k.kind, k.value, id FROM made,
      clientele_customer_keys(email, other_emails, phones, organization_number, last_name, company_name) k ORDER BY 1, 2, 3, 4;
  RETURN NULL;
END $$;
--> statement-breakpoint
-- Where rows are sharded already, it is told of one after the other: see clientele_upkeep_by_row().
DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_trigger WHERE tgrelid = 'customers'::regclass AND tgname = 'customers_made' AND (tgtype & 1) = 1) THEN
    EXECUTE replace(pg_get_functiondef('clientele_customers_made'::regproc), 'FROM made', 'FROM (SELECT NEW.*) made');
  END IF;
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION clientele_customer_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    DELETE FROM customer_names WHERE organization_id = OLD.organization_id AND customer_id = OLD.id;
    DELETE FROM customer_search WHERE organization_id = OLD.organization_id AND customer_id = OLD.id;
    DELETE FROM customer_keys WHERE organization_id = OLD.organization_id AND customer_id = OLD.id;
    RETURN NULL;
  END IF;
  IF NEW.name IS DISTINCT FROM OLD.name THEN
    UPDATE customer_names SET name = lower(NEW.name) WHERE organization_id = NEW.organization_id AND customer_id = NEW.id;
  END IF;
  IF (NEW.name, NEW.reference, NEW.email, NEW.other_emails, NEW.phones)
     IS DISTINCT FROM (OLD.name, OLD.reference, OLD.email, OLD.other_emails, OLD.phones) THEN
    UPDATE customer_search s SET reference = NEW.reference, document = d.document
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
-- Planned for each pattern, which costs little beside what a plan that fits another one does. The costs keep the planner from reading all
-- of an organization's keys besides: the index of letters says the organization itself.
CREATE OR REPLACE FUNCTION clientele_customers_like(field text, pattern text, ignore_case boolean) RETURNS SETOF bigint
  LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1000 SET search_path = public, pg_temp
  SET plan_cache_mode = force_custom_plan SET random_page_cost = 1.1 SET cpu_index_tuple_cost = 0.05 SET max_parallel_workers_per_gather = 0 AS $$
DECLARE
  org CONSTANT bigint := current_setting('clientele.organization_id')::bigint;
  low CONSTANT text := lower(pattern);
  grams CONSTANT bigint[] := clientele_pattern_grams(org, low);
BEGIN
  IF field = 'name' THEN
    RETURN QUERY SELECT n.customer_id FROM customer_names n
      WHERE n.organization_id = org AND (grams IS NULL OR clientele_grams(n.organization_id, n.name) @> grams) AND n.name LIKE low
        AND (ignore_case OR EXISTS (SELECT FROM customers c WHERE c.organization_id = org AND c.id = n.customer_id AND c.name LIKE pattern));
  ELSE
    RETURN QUERY SELECT customer_id FROM customer_search
      WHERE organization_id = org AND document LIKE '%' || clientele_fold(pattern) || '%'
        AND CASE WHEN ignore_case THEN reference ILIKE pattern ELSE reference LIKE pattern END;
  END IF;
END $$;
