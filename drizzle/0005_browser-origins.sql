-- Whether pages of an origin may call one organization, or any: a browser's first question names nobody, and is answered for all of them
-- by one exact origin.
CREATE FUNCTION clientele_origin_allowed(origin text, organization bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM organizations o WHERE o.cors_origins @> ARRAY[origin] AND o.id = coalesce(organization, o.id)) $$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION clientele_origin_allowed(text, bigint) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION clientele_origin_allowed(text, bigint) TO clientele_app, clientele_all, CURRENT_USER;
--> statement-breakpoint
ALTER FUNCTION clientele_origin_allowed(text, bigint) OWNER TO clientele_all;
