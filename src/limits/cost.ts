import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  isLeafType,
  isListType,
  isNonNullType,
  Kind,
  type SelectionSetNode,
  type ValueNode,
  valueFromASTUntyped,
} from 'graphql';

/** What an operation asks for, known before it runs. */
export interface Cost {
  /** Records that the answer may have at most, by its page sizes; a list of unknown length counts as ten. */
  objects: number;
  /** What is paid for it: a hundredth of the records, at least one. */
  points: number;
  /** Values by which people are looked up: numbers, phones, emails. */
  lookups: number;
}

type Values = Readonly<Record<string, unknown>>;
/** Cost of one selection, its sizes read from the variables; `page` is how many records the connection around it has. */
type Price = (variables: Values, page: number) => { objects: number; lookups: number };

const free: Price = () => ({ objects: 0, lookups: 0 });
const defaultPage = 20;
/** No list gives more at once: who asks for more is refused by the list. */
const largestPage = 1_000;
/** Records of a list that has no page: contacts, payment types. */
const unknownLength = 10;
/** A change costs as much as reading so many records; what its answer shows beside it costs what it costs elsewhere. */
const writeWeight = 10;
/** Counting a list to its end. */
const countWeight = 20;
/** What a documented API answers for one customer: an operation of its own, and its rendering. */
const dialectWeight = 20;
/** A text that may be ten thousand characters long. */
const longTexts: ReadonlySet<string> = new Set(['comment']);
const longTextWeight = 3;
const objectsPerPoint = 100;

/**
 * Makes the function that prices the operations of a schema. What a document is made of is looked at once; sizes are read from the
 * variables each time. A document must have been validated; one that is not, or that names no operation, costs one point.
 */
export function openCost(schema: GraphQLSchema) {
  const prices = new WeakMap<DocumentNode, Map<string, Price>>();

  function priceOf(document: DocumentNode, name: string | null | undefined): Price {
    const known = prices.get(document) ?? new Map<string, Price>();
    const price = known.get(name ?? '');
    if (price) return price;
    prices.set(document, known);
    const made = make(document, name);
    if (known.size < 20) known.set(name ?? '', made);
    return made;
  }

  function make(document: DocumentNode, name: string | null | undefined): Price {
    const operation = getOperationAST(document, name);
    const root = operation && schema.getRootType(operation.operation);
    if (!operation || !root) return free;
    const fragments = new Map<string, FragmentDefinitionNode>();
    for (const one of document.definitions)
      if (one.kind === Kind.FRAGMENT_DEFINITION) fragments.set(one.name.value, one);
    const defaults = Object.fromEntries(
      (operation.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
        defaultValue ? [[variable.name.value, valueFromASTUntyped(defaultValue)]] : [],
      ),
    );
    const price = priceSelection(operation.selectionSet, root, { schema, fragments, known: new Map() });
    return (variables) => price({ ...defaults, ...variables }, 1);
  }

  return (document: DocumentNode, operationName: string | null | undefined, variables: Values): Cost => {
    const { objects, lookups } = priceOf(document, operationName)(variables, 1);
    return { objects, points: Math.max(1, Math.ceil(objects / objectsPerPoint)), lookups };
  };
}

interface Place {
  schema: GraphQLSchema;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Fragments that are priced already, so that doubling them costs no time. */
  known: Map<string, Price>;
}

function priceSelection(selection: SelectionSetNode, type: GraphQLNamedType, place: Place): Price {
  const prices: Price[] = [];
  const weight = type === place.schema.getMutationType() ? writeWeight : 1;
  for (const one of selection.selections) {
    if (one.kind === Kind.FIELD) {
      const field = 'getFields' in type ? type.getFields()[one.name.value] : undefined;
      // `__schema`, and what validation will refuse: nothing of ours is read.
      if (field && 'args' in field) prices.push(priceField(one, field, place, weight));
    } else if (one.kind === Kind.INLINE_FRAGMENT) {
      const inner = one.typeCondition ? place.schema.getType(one.typeCondition.name.value) : type;
      if (inner) prices.push(priceSelection(one.selectionSet, inner, place));
    } else prices.push(priceFragment(one.name.value, place));
  }
  // Of an interface's or a union's types one is answered; their sum is never too little.
  return sum(prices);
}

function priceFragment(name: string, place: Place): Price {
  const known = place.known.get(name);
  if (known) return known;
  place.known.set(name, free);
  const fragment = place.fragments.get(name);
  const type = fragment && place.schema.getType(fragment.typeCondition.name.value);
  const price = fragment && type ? priceSelection(fragment.selectionSet, type, place) : free;
  place.known.set(name, price);
  return price;
}

function sum(prices: readonly Price[]): Price {
  const paid = prices.filter((price) => price !== free);
  if (paid.length <= 1) return paid[0] ?? free;
  return (variables, page) => {
    let objects = 0;
    let lookups = 0;
    for (const price of paid) {
      const one = price(variables, page);
      objects += one.objects;
      lookups += one.lookups;
    }
    return { objects, lookups };
  };
}

const isConnection = (type: GraphQLNamedType) => type.name.endsWith('Connection');
const isEdge = (type: GraphQLNamedType) => type.name.endsWith('Edge');

/** Records that an object of this type is: a part of a row is none, nor is a fault; an exact count is many that are read, and so is a dialect's answer. */
function ownObjects(node: FieldNode, field: GraphQLField<unknown, unknown>, type: GraphQLNamedType): number {
  if (type.name === 'Count') return saysExact(node) ? countWeight : 0;
  if (type.name === 'DialectAnswer') return dialectWeight;
  const source: unknown = field.extensions.source;
  const isPart = typeof source === 'object' && source !== null && 'kind' in source && source.kind === 'part';
  return isPart || type.name === 'PageInfo' || type.name === 'Fault' || isEdge(type) ? 0 : 1;
}

function priceField(node: FieldNode, field: GraphQLField<unknown, unknown>, place: Place, weight: number): Price {
  const type = getNamedType(field.type);
  const lookups = lookupsOf(node, field) ?? (() => 0);
  if (isLeafType(type)) return priceValue(node);
  const inner = node.selectionSet ? priceSelection(node.selectionSet, type, place) : free;
  const own = ownObjects(node, field, type) * weight;
  if (isConnection(type)) {
    const size = pageSize(node);
    return (variables) => {
      const page = size(variables);
      const one = inner(variables, page);
      // A page that nobody looks into is read all the same.
      return { objects: Math.max(page, one.objects), lookups: lookups(variables) + one.lookups };
    };
  }
  const isList = isListType(isNonNullType(field.type) ? field.type.ofType : field.type);
  const isPage = isEdge(type) || (node.name.value === 'nodes' && field.args.length === 0);
  const size = listSize(node);
  return (variables, page) => {
    const one = inner(variables, 1);
    const times = isList ? (isPage ? page : size(variables)) : 1;
    return { objects: times * (own + one.objects), lookups: lookups(variables) + one.lookups };
  };
}

/** Values are paid with their record, but for long ones, and for those that are asked for by several names. */
function priceValue({ name, alias }: FieldNode): Price {
  const objects = (longTexts.has(name.value) ? longTextWeight : 0) + (alias ? 1 : 0);
  return objects === 0 ? free : () => ({ objects, lookups: 0 });
}

const saysExact = (node: FieldNode) => (node.arguments ?? []).some(({ name }) => name.value === 'exact');

function argument(node: FieldNode, name: string): ValueNode | undefined {
  return node.arguments?.find((one) => one.name.value === name)?.value;
}

function read(value: ValueNode | undefined, variables: Values): unknown {
  if (!value) return undefined;
  try {
    return valueFromASTUntyped(value, variables as never);
  } catch (error) {
    if (error instanceof GraphQLError) return undefined;
    throw error;
  }
}

const positive = (value: unknown): number | undefined =>
  typeof value === 'number' && value > 0 && Number.isFinite(value) ? value : undefined;

function pageSize(node: FieldNode): (variables: Values) => number {
  const [first, last] = [argument(node, 'first'), argument(node, 'last')];
  return (variables) => {
    const asked = positive(read(first, variables)) ?? positive(read(last, variables)) ?? defaultPage;
    return Math.min(asked, largestPage);
  };
}

/** As many as are named, when they are named: ids, rows, credentials. */
function listSize(node: FieldNode): (variables: Values) => number {
  const given = ['ids', 'rows', 'credentials'].map((name) => argument(node, name)).find((one) => one !== undefined);
  if (!given) return () => unknownLength;
  return (variables) => {
    const value = read(given, variables);
    return Array.isArray(value) ? Math.max(1, value.length) : 1;
  };
}

/** Fields of a customer filter by which a person is looked up. */
const lookupKeys: ReadonlySet<string> = new Set(['identity', 'phone', 'email', 'organizationNumber']);

/** How many values a field looks people up by; undefined for one that never does. */
function lookupsOf(
  node: FieldNode,
  field: GraphQLField<unknown, unknown>,
): ((variables: Values) => number) | undefined {
  if (field.name === 'customerLookup' || field.name === 'customerDetails') return () => 1;
  if (field.name === 'customersByCredential') return listSize(node);
  if (field.name === 'customers' && argument(node, 'search')) {
    const search = argument(node, 'search');
    const byFilter = ofFilter(node, field);
    return (variables) => (tellsOne(read(search, variables)) ? 1 : 0) + byFilter(variables);
  }
  return argument(node, 'filter') && ofFilter(node, field);
}

/** Whether words that are searched for name one person, as an email or a number does. */
const tellsOne = (search: unknown): boolean =>
  typeof search === 'string' && (search.includes('@') || search.replace(/\D/g, '').length >= 6);

function ofFilter(node: FieldNode, field: GraphQLField<unknown, unknown>): (variables: Values) => number {
  const filter = argument(node, 'filter');
  const isOfCustomers = field.args.some(({ name, type }) => name === 'filter' && String(type) === 'CustomerFilter');
  return filter && isOfCustomers ? (variables) => lookupsIn(read(filter, variables)) : () => 0;
}

function lookupsIn(filter: unknown): number {
  if (Array.isArray(filter)) return filter.reduce((count: number, one) => count + lookupsIn(one), 0);
  if (typeof filter !== 'object' || filter === null) return 0;
  return Object.entries(filter).reduce(
    (count, [key, value]) =>
      count +
      (lookupKeys.has(key) && typeof value === 'string'
        ? 1
        : key === 'and' || key === 'or' || key === 'not'
          ? lookupsIn(value)
          : 0),
    0,
  );
}
