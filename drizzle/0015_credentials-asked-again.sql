-- Whoever asks for a credential again asks whether it is still the one that was read: a tenth of the work. Another stamp after each change;
-- none for one that cannot be used, nor for one that stands for a member of staff or a customer, as these may change without it.
CREATE FUNCTION clientele_credential_stamp(wanted text) RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
BEGIN
  RETURN (SELECT xmin::text FROM credentials WHERE id = wanted AND user_id IS NULL AND customer_id IS NULL
    AND NOT is_revoked AND coalesce(expires_at > now(), true));
END $$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION clientele_credential_stamp(text) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION clientele_credential_stamp(text) TO clientele_app, clientele_all;
--> statement-breakpoint
ALTER FUNCTION clientele_credential_stamp(text) OWNER TO clientele_all;
