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
  for (const [name, scheme] of Object.entries(security)) registry.registerComponent('securitySchemes', name, scheme);
  const refusal = { description: 'Refused, in the words of this API.', content: { [errorType]: { schema: error } } };
  const refusals = { '4XX': refusal, '5XX': { ...refusal, description: 'A fault of this server.' } };
  const base = dialect.bases[0] ?? '';
  for (const route of dialect.routes) {
    registry.registerPath({
      ...operationWords(route.method, base + route.path, route.summary, route.path),
      request: requestOf(route, base + route.path, dialect.media),
      responses: { ...successesOf(route), ...refusals },
    });
  }
  for (const door of dialect.doors) {
    registry.registerPath({
      ...operationWords(door.method, door.path, door.summary, door.path),
      ...(door.open && { security: [] }),
      request: requestOf(door, door.path, dialect.media),
      responses: { ...answersOf(door), ...refusals },
    });
  }
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: { title, version, description, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/', description: 'This server' }],
    security: Object.keys(security).map((name) => ({ [name]: [] })),
    tags: [...new Set(dialect.routes.map(({ path }) => tagOf(path)))].map((name) => ({
      name,
      description: `Paths of ${name}.`,
    })),
  });
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
    ...(parts.body instanceof z.ZodType && { body: { content: content(parts.body), required: true } }),
  };
}

/** A door without a form answers what is no JSON: a picture, or a way to another page. */
function answersOf({ statuses = [200], response, summary }: Door) {
  return response ? successesOf({ statuses, response }) : { default: { description: summary } };
}

function successesOf({ statuses, response }: Pick<Route, 'statuses' | 'response'>) {
  const empty = response instanceof z.ZodNull || response instanceof z.ZodUndefined;
  const description = (status: number) => (status === 201 ? 'Created.' : status === 204 ? 'Done.' : 'The answer.');
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: description(status),
        ...(!empty && { content: { 'application/json': { schema: response } } }),
      },
    ]),
  );
}
