CREATE TABLE "import_runs" (
	"organization_id" bigint DEFAULT current_setting('clientele.organization_id')::bigint NOT NULL,
	"fingerprint" "bytea" NOT NULL,
	"rows" bigint DEFAULT 0 NOT NULL,
	"created" bigint DEFAULT 0 NOT NULL,
	"updated" bigint DEFAULT 0 NOT NULL,
	"unchanged" bigint DEFAULT 0 NOT NULL,
	"refused" bigint DEFAULT 0 NOT NULL,
	"refused_bytes" bigint DEFAULT 0 NOT NULL,
	"outcome_bytes" bigint DEFAULT 0 NOT NULL,
	"started_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp (3) with time zone,
	CONSTRAINT "import_runs_pkey" PRIMARY KEY("organization_id","fingerprint")
);

--> statement-breakpoint
SELECT clientele_wall('import_runs');
