import type { Sql, Statement } from './driver.ts';

/** One statement that reads, and whose rows it may see. */
export interface ClusterReading extends Statement {
  organizationId: number;
  /** Stands behind the wall. */
  comment: string;
}

const question = `select coalesce(current_setting('citus.propagate_set_commands', true), '') = 'local' as yes`;

/** Whether the tables are distributed over the nodes of a Citus cluster: `clientele distribute` leaves this setting. */
export async function isCluster(sql: Pick<Sql, 'unsafe'>): Promise<boolean> {
  const [row] = await sql.unsafe(question, [], { prepare: false });
  return row?.yes === true;
}

/**
 * The rows' values of a statement behind its wall, in a cluster: only SET LOCAL, and only in a transaction that was begun, goes along to
 * the shards.
 */
export async function behindClusterWall(sql: Sql, reading: ClusterReading): Promise<(string | null)[][]> {
  const { organizationId, text, parameters, prepare, comment } = reading;
  const wall = `set local role clientele_app; set local clientele.organization_id = '${Math.trunc(organizationId)}';
    set local statement_timeout = '5s'; set local lock_timeout = '2s'`;
  const rows = await sql.begin('read only', async (tx) => {
    const [, read] = await Promise.all([
      tx.unsafe(wall + comment),
      tx.unsafe(text, [...parameters], { prepare: prepare !== false }).values(),
    ]);
    return read;
  });
  return rows as unknown as (string | null)[][];
}
