// PostGraphile v5 over the same tables: Amber preset, simple names, connection filter. Production mode is set by the runner.
import { createServer } from 'node:http';
import { PgSimplifyInflectionPreset } from '@graphile/simplify-inflection';
import { postgraphile } from 'postgraphile';
import { makePgService } from 'postgraphile/adaptors/pg';
import { grafserv } from 'postgraphile/grafserv/node';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';
import { pgSmartTags } from 'postgraphile/utils';
import { PostGraphileConnectionFilterPreset } from 'postgraphile-plugin-connection-filter';

// Triggers give these their values: nobody sends them.
const given = { kind: 'attribute', tags: { behavior: '-attribute:insert' } };
const filled = pgSmartTags(['customer_number', 'payment_id'].map((name) => ({ ...given, match: `customers.${name}` })));
const server = createServer();
const serving = postgraphile({
  extends: [PostGraphileAmberPreset, PgSimplifyInflectionPreset, PostGraphileConnectionFilterPreset],
  plugins: [filled],
  pgServices: [
    makePgService({
      connectionString: process.env.DATABASE_URL,
      schemas: ['public'],
      poolConfig: { max: Number(process.env.POOL ?? 10) },
    }),
  ],
  schema: { defaultBehavior: '+list -query:resource:list', connectionFilterRelations: false },
  grafast: { explain: false },
  grafserv: { websockets: false, watch: false, graphiql: false },
});
if (process.env.PRINT_SCHEMA) {
  const { printSchema } = await import('graphql');
  console.log(printSchema((await serving.getSchemaResult()).schema));
  process.exit(0);
}
await serving.createServ(grafserv).addTo(server);
server.listen(Number(process.env.PORT), '127.0.0.1');
