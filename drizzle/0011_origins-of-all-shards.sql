-- A cluster gathers rows of all shards by their columns: a row without any is none that it could gather.
CREATE OR REPLACE FUNCTION clientele_origin_allowed(origin text, organization bigint) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
BEGIN
  IF organization IS NULL THEN
    RETURN EXISTS (SELECT o.id FROM organizations o WHERE o.cors_origins @> ARRAY[origin]);
  END IF;
  RETURN EXISTS (SELECT o.id FROM organizations o WHERE o.cors_origins @> ARRAY[origin] AND o.id = organization);
END $$;
