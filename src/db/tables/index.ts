/** Every table, gathered for drizzle and drizzle-kit. */
export * from './contacts.ts';
export * from './credentials.ts';
export * from './customers.ts';
export * from './directory.ts';
export * from './history.ts';
export * from './idempotency.ts';
export * from './imports.ts';
export * from './logins.ts';
export * from './organizations.ts';
export * from './pictures.ts';
export * from './references.ts';
export * from './search.ts';
export * from './users.ts';
