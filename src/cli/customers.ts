import { asAll, asOrganization } from '../db/client.ts';
import { worded } from '../db/constraints.ts';
import type { Identity } from '../domain/reference.ts';
import { failure } from '../failure.ts';
import { type Command, type Given, wrongUsage } from './command.ts';
import { withDatabase } from './database.ts';
import { organizationByReference } from './keys.ts';

/** `customers erase`: a person's right to be forgotten. */
export const customersErase: Command = {
  words: 'customers erase',
  summary: 'Forget a customer for good, with contacts, pictures, logins and the values in its history.',
  options: [
    { name: 'organization', value: '<reference>', description: 'Whose customer.', isRequired: true },
    { name: 'reference', value: '<text>', description: 'Which one, by its reference.' },
    { name: 'id', value: '<number>', description: 'Which one, by its numericId; also when it was deleted before.' },
  ],
  examples: [
    'customers erase --organization oasis --reference C-1',
    'customers erase --organization oasis --id 42 --json',
  ],
  run: async (given) => {
    const identity = identityOf(given);
    const organization = given.required('organization');
    const { eraseCustomer } = await import('../domain/customer-erase.ts');
    const { id, at, credentialId, changes, logins, answers } = await withDatabase(async ({ db, vault }) => {
      const organizationId = await asAll(db, (tx) => organizationByReference(tx, organization));
      return asOrganization(db, { organizationId }, 'write', (tx) =>
        eraseCustomer(tx, vault, organizationId, identity),
      ).catch(refused);
    });
    const erasedAt = at.toISOString();
    return {
      json: { id, organization, erasedAt, credentialId, changes, logins, answers },
      text: [
        `Customer ${id} is forgotten since ${erasedAt}. This time went the values of ${changes} changes, ${logins} logins and ${answers} kept answers.`,
        'Backups of before still hold it: after a restore, erase it again.',
      ].join('\n'),
    };
  },
};

function identityOf(given: Given): Identity {
  const [reference, id] = [given.text('reference'), given.text('id')];
  if ((reference === null) === (id === null)) throw wrongUsage('Name the customer by --reference or by --id.');
  if (reference !== null) return { reference };
  if (!Number.isSafeInteger(Number(id)) || Number(id) < 1) throw wrongUsage('--id takes a whole number from 1 on.');
  return { id: Number(id) };
}

function refused(error: unknown): never {
  const told = worded(error);
  if (told.code === 'CUSTOMER_NOT_FOUND')
    throw failure(told.message, 'Check the reference; name a customer that was deleted before by --id.');
  if (told.code === 'CUSTOMER_IN_USE') throw failure(told.message, 'Move or delete them first.');
  throw error;
}
