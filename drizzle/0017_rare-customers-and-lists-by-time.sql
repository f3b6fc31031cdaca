CREATE INDEX "contacts_created_at_idx" ON "contacts" USING btree ("organization_id","created_at","id");--> statement-breakpoint
CREATE INDEX "contacts_updated_at_idx" ON "contacts" USING btree ("organization_id","updated_at","id");--> statement-breakpoint
CREATE INDEX "customers_inactive_idx" ON "customers" USING btree ("organization_id","id") WHERE not "customers"."is_active";--> statement-breakpoint
CREATE INDEX "customers_on_hold_idx" ON "customers" USING btree ("organization_id","id") WHERE "customers"."on_hold";