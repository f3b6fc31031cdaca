ALTER TABLE "credentials" ADD COLUMN "stamp" uuid DEFAULT gen_random_uuid() NOT NULL;
--> statement-breakpoint
-- Whoever asks for a credential again asks whether it is still the one that was read: a tenth of the work. Another stamp after each change
-- but that of its use; none for one that cannot be used, nor for one that stands for a member of staff or a customer, as these may change
-- without it.
CREATE FUNCTION clientele_credential_changed() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF to_jsonb(NEW) - 'last_used_at' <> to_jsonb(OLD) - 'last_used_at' THEN
    NEW.stamp := gen_random_uuid();
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER credentials_changed BEFORE UPDATE ON credentials FOR EACH ROW EXECUTE FUNCTION clientele_credential_changed();
--> statement-breakpoint
CREATE FUNCTION clientele_credential_stamp(wanted text) RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
BEGIN
  RETURN (SELECT stamp FROM credentials WHERE id = wanted AND user_id IS NULL AND customer_id IS NULL
    AND NOT is_revoked AND coalesce(expires_at > now(), true));
END $$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION clientele_credential_stamp(text) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION clientele_credential_stamp(text) TO clientele_app, clientele_all;
--> statement-breakpoint
ALTER FUNCTION clientele_credential_stamp(text) OWNER TO clientele_all;
