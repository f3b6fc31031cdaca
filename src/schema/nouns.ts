import { contacts } from '../db/tables/contacts.ts';
import { customers } from '../db/tables/customers.ts';
import { directoryEntries } from '../db/tables/directory.ts';
import { logins } from '../db/tables/logins.ts';
import type { organizations } from '../db/tables/organizations.ts';
import { categories, paymentTypes, regions, segmentations } from '../db/tables/references.ts';
import { users } from '../db/tables/users.ts';
import { noun } from './source.ts';

/** The resources, declared before they are described, so that each may point at any other. */
export const Customer = noun('Customer', customers, 'customers:read');
export const Category = noun('Category', categories, 'references:read');
export const Segmentation = noun('Segmentation', segmentations, 'references:read');
export const PaymentType = noun('PaymentType', paymentTypes, 'references:read');
export const Region = noun('Region', regions, 'references:read');
export const User = noun('User', users, 'references:read');
export const Contact = noun('Contact', contacts, 'customers:read');
export const Login = noun('Login', logins, 'customers:read');
export const DirectoryEntry = noun('DirectoryEntry', directoryEntries, 'directory:read');

/** The organization of the caller is no noun: there is one, and nothing looks it up. */
export type OrganizationRow = typeof organizations.$inferSelect;
export type CustomerRow = typeof customers.$inferSelect;
export type CategoryRow = typeof categories.$inferSelect;
export type RegionRow = typeof regions.$inferSelect;
