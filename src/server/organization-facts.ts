import type { Caller } from '../auth/caller.ts';
import { asOrganization } from '../db/client.ts';
import { worded } from '../db/constraints.ts';
import { organizations } from '../db/tables/organizations.ts';
import { ApiError } from '../errors.ts';
import type { OperationRooms } from './operation.ts';

/** What the documented bodies repeat of the caller's organization. */
export async function organizationOf(
  { db }: OperationRooms,
  caller: Caller,
): Promise<typeof organizations.$inferSelect> {
  const [row] = await asOrganization(db, caller, 'read', (tx) => tx.select().from(organizations).limit(1)).catch(
    (error: unknown) => {
      throw worded(error);
    },
  );
  if (!row) throw new ApiError('UNAUTHENTICATED');
  return row;
}
