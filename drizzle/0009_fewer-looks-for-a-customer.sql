-- Few customers have a number or a parent: the others need no entry there. That a customer's organization exists, its category says.
ALTER TABLE "customers" DROP CONSTRAINT "customers_organization_fkey";--> statement-breakpoint
DROP INDEX "customers_identity_idx";--> statement-breakpoint
DROP INDEX "customers_parent_idx";--> statement-breakpoint
CREATE INDEX "customers_identity_idx" ON "customers" USING btree ("organization_id","identity_index") WHERE "customers"."identity_index" is not null;--> statement-breakpoint
CREATE INDEX "customers_parent_idx" ON "customers" USING btree ("organization_id","parent_id","id") WHERE "customers"."parent_id" is not null;
