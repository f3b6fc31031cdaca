import { ApiError, type ErrorCode, fault } from '../errors.ts';

/** Which broken constraint means which error, and which input it speaks of. `delete ` marks the other side of a foreign key. */
const meanings: Record<string, { code: ErrorCode; path: string[] }> = {
  customers_reference_key: { code: 'REFERENCE_TAKEN', path: ['input', 'reference'] },
  customers_customer_number_key: { code: 'CUSTOMER_NUMBER_TAKEN', path: ['input', 'customerNumber'] },
  customers_parent_fkey: { code: 'PARENT_NOT_FOUND', path: ['input', 'parent'] },
  customers_parent_check: { code: 'PARENT_IS_SELF', path: ['input', 'parent'] },
  customers_category_fkey: { code: 'CATEGORY_NOT_FOUND', path: ['input', 'category'] },
  customers_segmentation_fkey: { code: 'SEGMENTATION_NOT_FOUND', path: ['input', 'segmentation'] },
  customers_region_fkey: { code: 'REGION_NOT_FOUND', path: ['input', 'region'] },
  customers_created_by_fkey: { code: 'USER_NOT_FOUND', path: ['input', 'createdBy'] },
  customers_payment_terms_check: { code: 'VALUE_REQUIRED', path: ['input', 'paymentTerms', 'days'] },
  customer_payment_types_payment_type_fkey: { code: 'PAYMENT_TYPE_NOT_FOUND', path: ['input', 'paymentTypes'] },
  categories_reference_key: { code: 'REFERENCE_TAKEN', path: ['input', 'reference'] },
  categories_parent_fkey: { code: 'PARENT_NOT_FOUND', path: ['input', 'parent'] },
  categories_parent_check: { code: 'PARENT_IS_SELF', path: ['input', 'parent'] },
  segmentations_reference_key: { code: 'REFERENCE_TAKEN', path: ['input', 'reference'] },
  payment_types_reference_key: { code: 'REFERENCE_TAKEN', path: ['input', 'reference'] },
  regions_reference_key: { code: 'REFERENCE_TAKEN', path: ['input', 'reference'] },
  regions_parent_fkey: { code: 'PARENT_NOT_FOUND', path: ['input', 'parent'] },
  regions_parent_check: { code: 'PARENT_IS_SELF', path: ['input', 'parent'] },
  users_reference_key: { code: 'REFERENCE_TAKEN', path: ['input', 'reference'] },
  contacts_reference_key: { code: 'REFERENCE_TAKEN', path: ['input', 'reference'] },
  contacts_customer_fkey: { code: 'CUSTOMER_NOT_FOUND', path: ['input', 'customer'] },
  contacts_user_fkey: { code: 'USER_NOT_FOUND', path: ['input', 'user'] },
  // User names are unique in the whole installation.
  credentials_pkey: { code: 'LOGIN_TAKEN', path: ['input', 'uniqueId'] },
  logins_unique_id_key: { code: 'LOGIN_TAKEN', path: ['input', 'uniqueId'] },
  logins_customer_fkey: { code: 'CUSTOMER_NOT_FOUND', path: ['input', 'customer'] },
  directory_entries_reference_key: { code: 'REFERENCE_TAKEN', path: ['input', 'reference'] },
  'delete customers_parent_fkey': { code: 'CUSTOMER_IN_USE', path: ['by'] },
  'delete customers_category_fkey': { code: 'CATEGORY_IN_USE', path: ['by'] },
  'delete categories_parent_fkey': { code: 'CATEGORY_IN_USE', path: ['by'] },
  'delete customers_segmentation_fkey': { code: 'SEGMENTATION_IN_USE', path: ['by'] },
  'delete customer_payment_types_payment_type_fkey': { code: 'PAYMENT_TYPE_IN_USE', path: ['by'] },
  'delete customers_region_fkey': { code: 'REGION_IN_USE', path: ['by'] },
  'delete regions_parent_fkey': { code: 'REGION_IN_USE', path: ['by'] },
  'delete customers_created_by_fkey': { code: 'USER_IN_USE', path: ['by'] },
  'delete contacts_user_fkey': { code: 'USER_IN_USE', path: ['by'] },
};

interface DatabaseError {
  code: string;
  constraint: string | undefined;
  statement: string | undefined;
}

/** What the driver told, without its words: SQLSTATE or its own code, the constraint, the statement. Null when it was not the database. */
export function databaseError(error: unknown): DatabaseError | null {
  let statement: string | undefined;
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('query' in at && typeof at.query === 'string') statement ??= at.query;
    if ('code' in at && typeof at.code === 'string') {
      const constraint = 'constraint_name' in at ? at.constraint_name : undefined;
      // A cluster passes on its nodes' words alone, and a shard's constraints have its number behind their names.
      const said = typeof constraint === 'string' ? constraint : /constraint "(\w+)"/.exec(at.message)?.[1];
      return { code: at.code, constraint: said?.replace(/_\d+$/, ''), statement };
    }
  }
  return null;
}

/** Whether another writer was first: the same work, done again, will see its row. */
export function lostRace(error: unknown): boolean {
  const code = databaseError(error)?.code;
  return code === '23505' || code === '40001' || code === '40P01';
}

/** What `lostRace` knows for one: for whoever sees another writer's row before a constraint does. */
export function raceLost(): Error {
  return Object.assign(new Error('Another writer was first.'), { code: '40001' });
}

/** Any error of a unit of work as one that a caller may be told. What nobody foresaw becomes INTERNAL, with the cause kept for the log. */
export function worded(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const told = databaseError(error);
  if (!told) return new ApiError('INTERNAL', [], { cause: error });
  const removes = told.statement?.trimStart().toLowerCase().startsWith('delete') ?? false;
  const meaning = told.constraint ? meanings[(removes ? 'delete ' : '') + told.constraint] : undefined;
  if (meaning) return new ApiError(meaning.code, [fault(meaning.code, meaning.path)], { cause: error });
  if (isAway(told.code)) return new ApiError('UNAVAILABLE', [], { retryAfter: 2, cause: error });
  return new ApiError('INTERNAL', [], { cause: error });
}

/** Connection lost or refused, resources short, server ending, a limit of ours reached, or the row locked by others. */
function isAway(code: string): boolean {
  return (
    /^(08|53|57|58|25006|55P03|40001|40P01|25P03)/.test(code) ||
    /^(ECONN|EPIPE|ETIMEDOUT|EAI_|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|CONNECT|CONNECTION_)/.test(code)
  );
}
