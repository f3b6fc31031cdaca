-- Whoever asks for a credential again asks whether it is still the one that was read: a tenth of the work. One that names a member of staff or
-- a customer has no stamp, as these may change without it.
CREATE OR REPLACE FUNCTION clientele_credential_by_id(wanted text) RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
DECLARE
  c credentials;
  stamp text;
  named jsonb;
BEGIN
  SELECT * INTO c FROM credentials WHERE id = wanted;
  IF NOT FOUND THEN RETURN NULL; END IF;
  SELECT xmin::text INTO stamp FROM credentials WHERE id = wanted AND user_id IS NULL AND customer_id IS NULL;
  SELECT jsonb_build_object(
      'organization', jsonb_build_object('reference', o.reference, 'name', o.name, 'country', o.country, 'currencies', o.currencies),
      'user', (SELECT jsonb_build_object('reference', u.reference, 'firstName', u.first_name, 'lastName', u.last_name, 'email', u.email,
          'role', u.role, 'isActive', u.is_active)
        FROM users u WHERE u.organization_id = c.organization_id AND u.id = c.user_id),
      'hasCustomer', EXISTS (SELECT FROM customers k WHERE k.organization_id = c.organization_id AND k.id = c.customer_id))
    INTO named FROM organizations o WHERE o.id = c.organization_id;
  RETURN named || jsonb_build_object(
    'id', c.id, 'organizationId', c.organization_id, 'kind', c.kind, 'name', c.name, 'scopes', c.scopes, 'settings', c.settings,
    'secretHash', encode(c.secret_hash, 'hex'), 'secretSealed', encode(c.secret_sealed, 'hex'),
    'isUsable', NOT c.is_revoked AND coalesce(c.expires_at > now(), true), 'userId', c.user_id, 'customerId', c.customer_id,
    'stamp', stamp);
END $$;
--> statement-breakpoint
CREATE FUNCTION clientele_credential_stands(wanted text, stamp text) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT FROM credentials WHERE id = wanted AND xmin::text = stamp AND NOT is_revoked AND coalesce(expires_at > now(), true));
END $$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION clientele_credential_stands(text, text) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION clientele_credential_stands(text, text) TO clientele_app, clientele_all;
--> statement-breakpoint
ALTER FUNCTION clientele_credential_stands(text, text) OWNER TO clientele_all;
