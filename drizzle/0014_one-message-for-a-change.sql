-- A change that goes by what is remembered of its organization says so in its own message: when that no longer holds, the message ends
-- here and nothing of it is done.
CREATE FUNCTION clientele_expect(organization bigint, remembered text) RETURNS void LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM organizations WHERE id = organization AND concat_ws('.', version, reference_version) = remembered) THEN
    RAISE EXCEPTION 'The organization is not as it was remembered.' USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
END $$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION clientele_expect(bigint, text) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION clientele_expect(bigint, text) TO clientele_app, clientele_all;
--> statement-breakpoint
ALTER FUNCTION clientele_expect(bigint, text) OWNER TO clientele_all;
