import type { FieldNode, GraphQLObjectType } from 'graphql';
import type { Planning, Rows, Write } from './level.ts';
import { type Field, named, objectIn, objectWriter } from './selection.ts';
import { giveUp } from './unplanned.ts';

/** One page of a list being shown. */
export interface Page {
  /** Whose page it is. */
  key: string;
  rows: Rows;
  /** Where its rows begin, in their order. */
  starts: readonly number[];
  /** The cursor of the row that begins here, as JSON. */
  cursor: (at: number) => string;
  flags: { hasNextPage: boolean; hasPreviousPage: boolean };
}

/** What a page asks of the list that it is of. */
interface Asking {
  row(type: GraphQLObjectType, nodes: readonly FieldNode[]): Write;
  cursors(): void;
  /** The level that counts, as the arguments of this field say. */
  count(field: Field, nodes: readonly FieldNode[]): number;
}

/** Writes a connection, and what is in it, as its selection shows it: by the names that Relay gives the fields. */
export function pageWriter(
  planning: Planning,
  { type }: Field,
  nodes: readonly FieldNode[],
  asking: Asking,
): Write<Page> {
  return objectWriter(planning, objectIn(type), nodes, (field, inner, name) => named(name, part(field, inner)));

  function part(field: Field, inner: readonly FieldNode[]): Write<Page> {
    switch (field.name) {
      case 'nodes':
        return each(row(field, inner));
      case 'node':
        return row(field, inner);
      case 'edges':
        return each(pageWriter(planning, field, inner, asking));
      case 'pageInfo':
        return pageWriter(planning, field, inner, asking);
      case 'hasNextPage':
        return ({ flags }) => String(flags.hasNextPage);
      case 'hasPreviousPage':
        return ({ flags }) => String(flags.hasPreviousPage);
      case 'cursor':
        return cursor(({ rows }) => rows.at);
      case 'startCursor':
        return cursor(({ starts }) => starts[0]);
      case 'endCursor':
        return cursor(({ starts }) => starts.at(-1));
      case 'totalCount': {
        const level = asking.count(field, inner);
        const value: Write<Page> = ({ key }, { levels }) => levels[level]?.(key) ?? '0';
        return objectWriter(planning, objectIn(field.type), inner, (own, _, name) =>
          named(name, own.name === 'value' ? value : () => 'true'),
        );
      }
      default:
        giveUp(field.name);
    }
  }

  function row(field: Field, inner: readonly FieldNode[]): Write<Page> {
    const write = asking.row(objectIn(field.type), inner);
    return ({ rows }, answer) => write(rows, answer);
  }

  function cursor(of: (page: Page) => number | undefined): Write<Page> {
    asking.cursors();
    return (page) => {
      const at = of(page);
      return at === undefined ? 'null' : page.cursor(at);
    };
  }
}

/** Joined at once: a text of many pieces that waits on its way out costs the garbage collector more than to write it did. */
const each =
  (write: Write<Page>): Write<Page> =>
  (page, answer) => {
    const texts = page.starts.map((at) => {
      page.rows.at = at;
      return write(page, answer);
    });
    return `[${texts.join(',')}]`;
  };
