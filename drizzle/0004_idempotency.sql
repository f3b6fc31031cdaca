CREATE TABLE "idempotency" (
	"organization_id" bigint DEFAULT current_setting('clientele.organization_id')::bigint NOT NULL,
	"credential_id" text NOT NULL,
	"key" "bytea" NOT NULL,
	"sealed" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_pkey" PRIMARY KEY("organization_id","credential_id","key")
);
--> statement-breakpoint
CREATE INDEX "idempotency_created_at_idx" ON "idempotency" USING btree ("created_at");--> statement-breakpoint
SELECT clientele_wall('idempotency');
