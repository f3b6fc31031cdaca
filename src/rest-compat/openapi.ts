import { extendZodWithOpenApi, OpenAPIRegistry, OpenApiGeneratorV31 } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import type { Dialect, Door, Media, Route, SecurityScheme } from './route.ts';

const mediaTypes = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
  multipart: 'multipart/form-data',
} as const satisfies Record<Media, string>;

/** The dialect as an OpenAPI 3.1 document, made from the same schemas that check its requests and answers. */
export function openApiOf(dialect: Dialect): object {
  // Adds a method to zod's schemas, which the generator needs; done twice it does nothing more.
  extendZodWithOpenApi(z);
  const { title, version, description, security, error, errorType } = aboutOf(dialect);
  const registry = new OpenAPIRegistry();
  for (const [name, { below, ...scheme }] of Object.entries(security))
    registry.registerComponent('securitySchemes', name, scheme);
  const refusal = { description: 'Refused, in the words of this API.', content: { [errorType]: { schema: error } } };
  const refusals = { '4XX': refusal, '5XX': { ...refusal, description: 'A fault of this server.' } };
  const operations = [
    ...documentedBases(dialect, security).flatMap((base, i) =>
      dialect.routes.map((route) => {
        const path = base + route.path;
        const words = operationWords(route.method, path, route.summary, i === 0 ? route.path : path);
        return { words, path, route, open: false as const, successes: successesOf(route) };
      }),
    ),
    ...dialect.doors.map((door) => {
      const words = operationWords(door.method, door.path, door.summary, door.path);
      return { words, path: door.path, route: door, open: door.open, successes: answersOf(door) };
    }),
  ];
  for (const { words, path, route, open, successes } of operations) {
    registry.registerPath({
      ...words,
      ...securityOf(open, path, security),
      request: requestOf(route, path, dialect.media),
      responses: { ...successes, ...refusals },
    });
  }
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: { title, version, description, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/', description: 'This server' }],
    security: anyOf(schemesFor('', security)),
    tags: [...new Set(operations.flatMap(({ words }) => words.tags))].map((name) => ({
      name,
      description: `Paths of ${name}.`,
    })),
  });
}

type Schemes = Readonly<Record<string, SecurityScheme>>;

/** The first base stands for all that behave alike; one with credentials of its own is documented too. */
const documentedBases = ({ bases }: Dialect, schemes: Schemes) =>
  bases.filter((base, i) => i === 0 || Object.values(schemes).some(({ below }) => below && base.startsWith(below)));

/** The names of the credentials that open a path: those of its own place, where there are such. */
function schemesFor(path: string, schemes: Schemes): string[] {
  const names = Object.keys(schemes);
  const own = names.filter((name) => path.startsWith(schemes[name]?.below ?? '\n'));
  return own.length > 0 ? own : names.filter((name) => !schemes[name]?.below);
}

const anyOf = (names: readonly string[]) => names.map((name) => ({ [name]: [] }));

/** What opens an operation, where that is not what opens most. */
function securityOf(open: Door['open'], path: string, schemes: Schemes) {
  if (open === true) return { security: [] };
  const names = anyOf(schemesFor(path, schemes));
  if (open === 'signed') return { security: [{}, ...names] };
  return String(schemesFor(path, schemes)) === String(schemesFor('', schemes)) ? {} : { security: names };
}

/** The document as its file has it: `openapi/{dialect}.json`. */
export function printOpenApi(dialect: Dialect): string {
  return `${JSON.stringify(openApiOf(dialect), null, 2)}\n`;
}

const bearer = { type: 'http', scheme: 'bearer', description: 'An API key or access token.' } as const;

function aboutOf(dialect: Dialect) {
  return {
    title: dialect.name,
    version: '1',
    description: `The documented API ${dialect.name}.`,
    security: { bearer } as Record<string, SecurityScheme>,
    error: z.looseObject({}) as z.ZodType,
    errorType: 'application/json',
    ...dialect.about,
  };
}

type Verb = 'get' | 'head' | 'post' | 'put' | 'patch' | 'delete';

function operationWords(method: Route['method'] | Door['method'], path: string, summary: string, own: string) {
  const words = own
    .split('/')
    .flatMap((part) => (part.startsWith('{') ? [`By${upper(nameOf(part))}`] : part.split(/\W|_/)));
  const spoken = words.map(upper).join('');
  const verb = method.toLowerCase() as Verb;
  return {
    method: verb,
    path: path.replaceAll(/\{(\w+)[^}]*\}/g, '{$1}'),
    operationId: verb + (spoken || 'Root'),
    summary: summary || `${upper(verb)} ${tagOf(own)}`,
    tags: [tagOf(own)],
  };
}

const nameOf = (word: string) => /\w+/.exec(word)?.[0] ?? '';
const upper = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
const tagOf = (path: string) => path.split('/').find((part) => part !== '' && !/^(\{|v\d)/.test(part)) ?? 'customers';

/** Every name of the path: in the route's own form when it looks at it, else as text. */
function paramsOf(path: string, own: z.ZodObject) {
  const names = [...path.matchAll(/\{(\w+)[^}]*\}/g)].flatMap(([, name]) => (name ? [name] : []));
  return z.object(Object.fromEntries(names.map((name) => [name, own.shape[name] ?? z.string()])));
}

function requestOf(route: Pick<Route | Door, 'request'>, path: string, media: readonly Media[]) {
  const parts: Record<string, z.core.$ZodType | undefined> =
    route.request instanceof z.ZodObject ? route.request.shape : {};
  const params = paramsOf(path, parts.params instanceof z.ZodObject ? parts.params : z.object({}));
  const content = (schema: z.ZodType) => Object.fromEntries(media.map((kind) => [mediaTypes[kind], { schema }]));
  return {
    params,
    ...(parts.query instanceof z.ZodObject && { query: parts.query }),
    // No body at all is an empty object.
    ...(parts.body instanceof z.ZodType && {
      body: { content: content(parts.body), required: !parts.body.safeParse({}).success },
    }),
  };
}

/** A door without a form answers what is no JSON: a picture, or a way to another page. */
function answersOf({ method, statuses, response, summary }: Door) {
  if (response) return successesOf({ method, statuses: statuses ?? [200], response });
  return Object.fromEntries((statuses ?? ['default']).map((status) => [status, { description: summary }]));
}

function successesOf({
  method,
  statuses,
  response,
  version,
}: Pick<Route, 'method' | 'statuses' | 'response' | 'version'>) {
  const empty = response instanceof z.ZodNull || response instanceof z.ZodUndefined;
  const description = (status: number) => (status === 201 ? 'Created.' : status === 204 ? 'Done.' : 'The answer.');
  const successes = statuses.map((status) => [
    status,
    {
      description: description(status),
      ...(!empty && { content: { 'application/json': { schema: response } } }),
    },
  ]);
  const unchanged = [304, { description: 'As `If-None-Match` says that it was read.' }];
  return Object.fromEntries(version && method === 'GET' ? [...successes, unchanged] : successes);
}
