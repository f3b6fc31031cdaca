import './scalar.ts';
import './error.ts';
import './customer.ts';
import './customer-lens.ts';
import './customer-list.ts';
import './customer-mutation.ts';
import './customer-erasure.ts';
import './history.ts';
import './category.ts';
import './segmentation.ts';
import './payment-type.ts';
import './region.ts';
import './user.ts';
import './contact.ts';
import './login.ts';
import './directory-entry.ts';
import './directory-entry-mutation.ts';
import './organization.ts';
import './api-key.ts';
import './lookup.ts';
import './customer-details.ts';
import { builder } from './builder.ts';

/** The API. REST routes, documents and the printed `schema.graphql` are all made from it. */
export const schema = builder.toSchema({ sortSchema: false });
