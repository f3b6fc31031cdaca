import { z } from 'zod';
import type { Reply } from '../route.ts';

/** What a deletion answers: `success` is text (contracts, 4.9). */
export const wireDeleted = z.strictObject({ success: z.literal('true'), success_description: z.string() });

/** The documented answer, once the record is gone. */
export function deleted(_payload: { deletedId: string }): Reply {
  const body: z.output<typeof wireDeleted> = {
    success: 'true',
    success_description: 'Instance deleted successfully',
  };
  return { body };
}
