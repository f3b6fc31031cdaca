import { graphql } from '../graphql.ts';
import { listQuery, referenceSorts, wildcard } from './list.ts';
import { commonFilters, lists, shows } from './resource.ts';
import { userFields as fields, toWireUser as toWire, wireUser as wire } from './user-wire.ts';

const sorts = { ...referenceSorts, lastName: 'NAME' } as const;

const listRecords = graphql(
  `
    query ValomniaUsers($first: Int, $offset: Int, $filter: ReferenceFilter, $orderBy: [ReferenceOrder!]) {
      list: users(first: $first, offset: $offset, filter: $filter, orderBy: $orderBy) {
        nodes {
          ...ValomniaUser
        }
        totalCount(exact: true) {
          value
        }
      }
    }
  `,
  [fields],
);

const showRecord = graphql(
  `
    query ValomniaUser($by: UserBy!) {
      record: user(by: $by) {
        ...ValomniaUser
      }
    }
  `,
  [fields],
);

const words = { path: '/users', what: 'user', wire, toWire } as const;

/** Members of staff: only the `href` of one is documented; the body is that of the sign-in (contracts, 4.1 and 4.12). */
export const users = [
  ...lists({
    ...words,
    query: listQuery(sorts, { reference: wildcard, name: wildcard }),
    sorts: sorts,
    operation: listRecords,
    filter: commonFilters,
  }),
  ...shows({ ...words, operation: showRecord, missing: 'USER_NOT_FOUND' }),
];
