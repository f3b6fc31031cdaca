import { z } from 'zod';
import { graphql, type ResultOf } from '../graphql.ts';
import { toTime } from './link.ts';

export const userFields = graphql(`
  fragment ValomniaUser on User {
    numericId
    version
    reference
    firstName
    lastName
    email
    role
    isActive
    createdAt
    updatedAt
  }
`);

/** A member of staff, as the sign-in and the list answer him. */
export const wireUser = z
  .strictObject({
    id: z.number().int(),
    reference: z.string(),
    firstName: z.string().nullable(),
    lastName: z.string(),
    email: z.string().nullable(),
    role: z.array(z.string()),
    enabled: z.boolean(),
    organization: z.string(),
    dateCreated: z.string(),
    lastUpdated: z.string(),
  })
  .meta({ id: 'User' });

/** One of ours in those words. */
export function toWireUser(
  user: ResultOf<typeof userFields>,
  { organization }: { organization: { reference: string } },
): z.output<typeof wireUser> {
  return {
    id: user.numericId,
    reference: user.reference,
    firstName: user.firstName,
    lastName: user.lastName,
    email: user.email,
    role: [`ROLE_${user.role}`],
    enabled: user.isActive,
    organization: organization.reference,
    dateCreated: toTime(user.createdAt),
    lastUpdated: toTime(user.updatedAt),
  };
}
