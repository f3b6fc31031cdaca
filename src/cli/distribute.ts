import { prepareSpreading, spread } from '../db/spread.ts';
import { failure } from '../failure.ts';
import type { Command } from './command.ts';
import { withDatabase } from './database.ts';

/** `distribute`: spreads the tables over the nodes of a Citus cluster, by organization. */
export const distribute: Command = {
  words: 'distribute',
  summary: 'Spread the tables over the nodes of a Citus cluster, by organization.',
  options: [],
  run: () =>
    withDatabase(async ({ db }) => {
      const [citus] = await db.sql`select extversion as version from pg_extension where extname = 'citus'`;
      if (!citus) {
        throw failure(
          'The database has no Citus.',
          'Create the extension on the coordinator and add the nodes: docs/scaling.md.',
        );
      }
      const nodes = await db.sql`select shouldhaveshards as may from pg_dist_node where isactive`;
      if (nodes.length > 0 && !nodes.some(({ may }) => may)) {
        throw failure(
          'No node of the cluster may hold shards.',
          'Add workers, or let the coordinator: docs/scaling.md.',
        );
      }
      await prepareSpreading(db.sql);
      const done = await db.sql.begin(spread);
      return { json: { distributed: done }, text: `Distributed by organization: ${done.join(', ') || 'nothing new'}.` };
    }),
};
