-- Where PostgreSQL thinks of a statement's way once for all values, it takes an organization to be of average size. Among thousands of
-- small ones that is a few rows, and it would read all of a large organization's to show some. So each is taken for one of a hundred: what
-- suits one that large costs a small one nothing. A cluster's nodes are asked with values.
DO $$ DECLARE name regclass; BEGIN
  IF EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') THEN RETURN; END IF;
  FOR name IN SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attname = 'organization_id'
  LOOP
    EXECUTE format('ALTER TABLE %s ALTER COLUMN organization_id SET (n_distinct = 100)', name);
    EXECUTE format('ANALYZE %s', name);
  END LOOP;
END $$;
