import type { GraphQLObjectType } from 'graphql';
import type { Planning, Rows, Write } from './level.ts';
import { type Field, type Nodes, objectIn, objectWriter } from './selection.ts';
import { giveUp } from './unplanned.ts';

/** One page of a list being shown, and the row of it that is being written. */
export interface Page extends Rows {
  /** Whose page it is. */
  key: string;
  /** Where its rows begin, in their order. */
  starts: readonly number[];
  /** The cursor of the row that begins here. */
  cursor: (at: number) => string;
  flags: { hasNextPage: boolean; hasPreviousPage: boolean };
}

/** What a page asks of the list that it is of. */
interface Asking {
  row(type: GraphQLObjectType, nodes: Nodes): Write;
  cursors(): void;
  /** The level that counts, as the arguments of this field say. */
  count(field: Field, nodes: Nodes): number;
}

/** Writes a connection, and what is in it, as its selection shows it: by the names that Relay gives the fields. */
export function pageWriter(planning: Planning, { type }: Field, nodes: Nodes, asking: Asking): Write<Page> {
  const { form } = planning;
  return objectWriter(planning, objectIn(type), nodes, part);

  function part(field: Field, inner: Nodes): Write<Page> {
    const { name } = field;
    switch (name) {
      case 'nodes':
        return each(asking.row(objectIn(field.type), inner));
      case 'node':
        return asking.row(objectIn(field.type), inner);
      case 'edges':
        return each(pageWriter(planning, field, inner, asking));
      case 'pageInfo':
        return pageWriter(planning, field, inner, asking);
      case 'hasNextPage':
      case 'hasPreviousPage':
        return ({ flags }) => form.value(flags[name]);
      case 'cursor':
        return cursor(({ at }) => at);
      case 'startCursor':
        return cursor(({ starts }) => starts[0]);
      case 'endCursor':
        return cursor(({ starts }) => starts.at(-1));
      case 'totalCount': {
        const level = asking.count(field, inner);
        const value: Write<Page> = ({ key }, { levels }) => levels[level]?.(key)?.[0] ?? form.value(0);
        const exact = () => form.value(true);
        return objectWriter(planning, objectIn(field.type), inner, (own) => (own.name === 'value' ? value : exact));
      }
      default:
        giveUp(name);
    }
  }

  function cursor(of: (page: Page) => number | undefined): Write<Page> {
    asking.cursors();
    return (page) => {
      const at = of(page);
      return at === undefined ? form.none : form.value(page.cursor(at));
    };
  }

  function each(write: Write<Page>): Write<Page> {
    return (page, answer) => {
      const at = (start: number) => {
        page.at = start;
        return write(page, answer);
      };
      return form.list(page.starts.map(at));
    };
  }
}
