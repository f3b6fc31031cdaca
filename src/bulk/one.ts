import { lockCustomer } from '../domain/customer-find.ts';
import {
  type CustomerWriter,
  changeCustomer,
  checkCustomer,
  makeCustomer,
  type Written,
} from '../domain/customer-write.ts';
import { ApiError, fault } from '../errors.ts';
import type { CustomerRow } from './reading.ts';
import { faultOfRow } from './transaction.ts';

/** What becomes of a row whose customer is there already, or is not. */
export type Policy = 'create' | 'update' | 'upsert';

/** What was done with a row, or why nothing was. */
export type Outcome =
  | { line: number; outcome: Written['outcome']; id: number; reference: string }
  | { line: number; refused: ApiError };

/**
 * Writes one row as GraphQL's mutations do, in a savepoint of its own: what it does is done, or nothing of it. `isNew`: its customer is
 * certain not to be there, or may not be.
 */
export async function writeOne(
  writer: CustomerWriter,
  { policy, key }: { policy: Policy; key: string },
  { line, by, write }: CustomerRow,
  isNew: boolean,
): Promise<Outcome> {
  const missing = () => new ApiError('CUSTOMER_NOT_FOUND', [fault('CUSTOMER_NOT_FOUND', [key]), ...write.faults]);
  try {
    if (by === null && policy !== 'create')
      throw new ApiError('VALUE_REQUIRED', [fault('VALUE_REQUIRED', [key], 'is needed to know which customer')]);
    if (isNew && policy === 'update') throw missing();
    // What is refused here needs no savepoint.
    const made = isNew ? await checkCustomer(writer, write) : null;
    const { row, outcome } = await writer.tx.transaction(async (tx) => {
      const own = { ...writer, tx };
      // Somebody else may have made it by now.
      const current = policy === 'create' || by === null ? null : await lockCustomer(tx, by);
      if (current) return changeCustomer(own, current, write);
      if (policy === 'update') throw missing();
      return makeCustomer(own, made ?? (await checkCustomer(own, write)));
    });
    return { line, outcome, id: row.id, reference: row.reference };
  } catch (error) {
    return { line, refused: faultOfRow(error) };
  }
}
