/** As much of JSON Schema as our documents use. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  description?: string;
  pattern?: string;
  maxLength?: number;
}

/** One operation of a document. */
export interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  security?: unknown[];
  parameters?: { name: string; in: 'path' | 'query'; required?: boolean; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: Schema }> }>;
}

/** As much of an OpenAPI document as a page shows. */
export interface OpenApi {
  info: { title: string; description: string };
  components: { schemas?: Record<string, Schema>; securitySchemes?: Record<string, { description?: string }> };
  paths: Record<string, Record<string, Operation>>;
}

const deepest = 6;

const schemaOf = (schema: Schema, document: OpenApi): Schema =>
  schema.$ref ? (document.components.schemas?.[schema.$ref.split('/').at(-1) ?? ''] ?? {}) : schema;

/** A schema as people write types: `{ name: string, email?: string | null }`. */
export function shapeOf(given: Schema, document: OpenApi, indent = ''): string {
  const schema = schemaOf(given, document);
  const any = schema.anyOf ?? schema.oneOf;
  if (any) return [...new Set(any.map((one) => shapeOf(one, document, indent)))].join(' | ');
  if (schema.allOf) return schema.allOf.map((one) => shapeOf(one, document, indent)).join(' & ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(' | ');
  const types = [schema.type ?? 'any'].flat();
  return types
    .map((type) => {
      if (type === 'array') return `${schema.items ? shapeOf(schema.items, document, indent) : 'any'}[]`;
      if (type !== 'object') return type;
      const members = Object.entries(schema.properties ?? {});
      if (members.length === 0 || indent.length > 2 * deepest) return '{ … }';
      const lines = members.map(([name, inner]) => {
        const mark = schema.required?.includes(name) ? '' : '?';
        return `${indent}  ${name}${mark}: ${shapeOf(inner, document, `${indent}  `)}`;
      });
      return `{\n${lines.join('\n')}\n${indent}}`;
    })
    .join(' | ');
}

/** A value that fits a schema, for who has no other: required members alone. */
export function sampleOf(given: Schema, document: OpenApi, depth = 0): unknown {
  const schema = schemaOf(given, document);
  const [first] = schema.anyOf ?? schema.oneOf ?? schema.allOf ?? [];
  if (first) return sampleOf(first, document, depth);
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  const [type = 'object'] = [schema.type ?? 'object'].flat();
  if (type === 'object') {
    const names = depth > deepest ? [] : (schema.required ?? Object.keys(schema.properties ?? {}).slice(0, 4));
    return Object.fromEntries(
      names.map((name) => [name, sampleOf(schema.properties?.[name] ?? {}, document, depth + 1)]),
    );
  }
  if (type === 'array') return schema.items ? [sampleOf(schema.items, document, depth + 1)] : [];
  return { string: '', integer: 0, number: 0, boolean: false }[type] ?? null;
}
