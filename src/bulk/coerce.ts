import {
  type GraphQLEnumType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLScalarType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isScalarType,
} from 'graphql';
import { badText } from '../values/text.ts';

/** Told of each value that does not have the form of its input. */
export type Refuse = (path: readonly (string | number)[], isText: boolean, message: string) => void;

/** Reads a value as GraphQL reads a variable of this type: undefined, and a word to `refuse`, where it would not take it. */
type Coerce = (value: unknown, path: readonly (string | number)[], refuse: Refuse) => unknown;

const wrongForm = 'does not have the right form';

/** Our scalars say what they take; the words of the library's own are not shown. */
const wordsOf = (error: unknown, otherwise: string) =>
  error instanceof Error && /^[A-Z]\w* takes /.test(error.message) ? error.message : otherwise;

/**
 * What GraphQL's `coerceInputValue` does, made once for a type: it looks at what was given instead of at all that could be, which
 * a file of a million rows feels.
 */
export function coercer(type: GraphQLInputType): Coerce {
  if (isNonNullType(type)) {
    const inner = coercer(type.ofType);
    return (value, path, refuse) => {
      if (value !== null) return inner(value, path, refuse);
      refuse(path, false, 'is needed');
      return undefined;
    };
  }
  const inner = isListType(type)
    ? ofList(type.ofType)
    : isInputObjectType(type)
      ? ofObject(type)
      : isScalarType(type) || isEnumType(type)
        ? ofLeaf(type)
        : null;
  if (inner === null) throw new Error(`${String(type)} is no input.`);
  return (value, path, refuse) => (value === null ? null : inner(value, path, refuse));
}

function ofLeaf(type: GraphQLScalarType | GraphQLEnumType): Coerce {
  const words = isEnumType(type) ? type.getValues().map(({ name }) => name) : [];
  const wrong = words.length > 0 && words.length <= 12 ? `must be one of ${words.join(', ')}` : wrongForm;
  return (value, path, refuse) => {
    const bad = typeof value === 'string' ? badText(value) : null;
    if (bad !== null) {
      refuse(path, true, bad);
      return undefined;
    }
    try {
      return type.parseValue(value);
    } catch (error) {
      refuse(path, false, wordsOf(error, wrong));
      return undefined;
    }
  };
}

function ofList(type: GraphQLInputType): Coerce {
  const item = coercer(type);
  return (value, path, refuse) => {
    const items: unknown[] = Array.isArray(value) ? value : [value];
    return items.map((one, at) => item(one, [...path, at], refuse));
  };
}

function ofObject(type: GraphQLInputObjectType): Coerce {
  const all = Object.values(type.getFields());
  const needed = all.filter((field) => isNonNullType(field.type)).map(({ name }) => name);
  // An input may hold itself: its fields are made when they are first met.
  const made = new Map<string, Coerce>();
  const types = new Map(all.map((field) => [field.name, field.type]));
  const fieldOf = (name: string) => {
    const known = made.get(name);
    const own = types.get(name);
    if (known !== undefined || own === undefined) return known;
    const fresh = coercer(own);
    made.set(name, fresh);
    return fresh;
  };
  return (value, path, refuse) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      refuse(path, false, wrongForm);
      return undefined;
    }
    const result: Record<string, unknown> = {};
    const entries = Object.entries(value);
    for (const [name, one] of entries) {
      const field = fieldOf(name);
      if (field === undefined) refuse([...path, name], false, 'is no field of a customer');
      else if (one !== undefined) result[name] = field(one, [...path, name], refuse);
    }
    for (const name of needed) if (result[name] === undefined) refuse([...path, name], false, 'is needed');
    if (type.isOneOf && (entries.length !== 1 || entries[0]?.[1] === null)) {
      refuse(path, false, 'takes exactly one identity');
    }
    return result;
  };
}
