import type { DocumentNode } from 'graphql';
import type { z } from 'zod';
import type { Caller, Credential } from '../auth/caller.ts';
import type { ErrorCode, Fault } from '../errors.ts';
import { ApiError, fault } from '../errors.ts';
import type { Operation } from './graphql.ts';
import type { RestServer } from './handler.ts';

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What a request brought, decoded and not yet checked. A name that came twice has a list. */
export interface RawRequest {
  params: Record<string, string>;
  query: Record<string, string | string[]>;
  /** Form, multipart or JSON; `{}` when nothing was sent. A file is an `UploadedFile`. */
  body: unknown;
}

/** A file of a multipart form. */
export interface UploadedFile {
  fileName: string;
  contentType: string;
  bytes: Uint8Array;
}

/** What a dialect may look at to find the credential. `target` is path and query exactly as they came. */
export interface RequestHead {
  method: string;
  url: URL;
  target: string;
  headers: Headers;
  remoteAddress: string | undefined;
}

/** What the organization has that documented bodies repeat. */
export interface OrganizationFacts {
  reference: string;
  createdAt: Date;
  /** null: geographical locations are switched off. */
  regionLevel: number | null;
}

/** What a route's two functions may know beside the words themselves. */
export interface Facts {
  /** PUBLIC_URL, without a slash at the end. */
  origin: string;
  /** The prefix that this request used, for links: `/api/v2.1`. */
  base: string;
  now: Date;
  caller: Pick<Caller, 'kind' | 'userId' | 'customerId' | 'clientIds' | 'merchantId' | 'clientSession'>;
  organization: OrganizationFacts;
}

/** An answer. `body` is written as JSON; `bytes` as they are, with the content type that `headers` give. */
export interface Reply {
  /** The version of the one record that `body` shows, when it shows one. */
  version?: number | null | undefined;
  /** 200 when not given. */
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  bytes?: Uint8Array;
}

/** One thing wrong with a request's form, from zod. `path` starts with `params`, `query` or `body`. */
export interface ShapeIssue {
  path: string[];
  /** zod's code: `invalid_type`, `too_small`, `invalid_format`, `unrecognized_keys`, `custom` … */
  code: string;
  message: string;
  /** Nothing was there. */
  missing: boolean;
  /** Names that the form does not know: `unrecognized_keys`. */
  keys: readonly string[];
  /** What was there instead. Never write it to a log. */
  input: unknown;
}

/** What a dialect may look at to word a fault. */
export interface FaultFacts {
  /** PUBLIC_URL, without a slash at the end. */
  origin: string;
  base: string;
  requestId: string;
  /** The route's documented path, when one was found: `/customers/{id}`. */
  path: string | undefined;
  method: string;
  /** Of the request; `''` when none was stated. */
  contentType: string;
  params: Record<string, string>;
  /** What was asked in our words; a fault's `path` leads to the value that is wrong. */
  variables: Readonly<Record<string, unknown>>;
  /** INVALID_INPUT from the request's form: every issue, in the order of the form. Else empty. */
  issues: readonly ShapeIssue[];
}

/** A documented path as the handler sees it. Make one with `route()`. */
export interface Route {
  method: Method;
  /** `{id}` is one segment, decoded; `{reference...}` is the rest of the path. */
  path: string;
  /** One line for the OpenAPI document. */
  summary: string;
  request: z.ZodType;
  operation: DocumentNode;
  response: z.ZodType;
  /** The documented success statuses; the first is the usual one. */
  statuses: readonly number[];
  version?(data: unknown): number | null | undefined;
  variables(request: unknown, facts: Facts): Record<string, unknown>;
  reply(data: unknown, facts: Facts, request: unknown): Reply;
}

interface RouteWords<Shape extends z.ZodType, Data, Variables> {
  method: Method;
  path: string;
  summary?: string;
  /** An object with any of `params`, `query`, `body`; what it does not name is not looked at. */
  request: Shape;
  operation: Operation<Data, Variables>;
  response: z.ZodType;
  statuses?: readonly number[];
  /** The version of the one record that the answer shows: it becomes an ETag. `$expectedVersion` of the operation is `If-Match`. */
  version?(data: Data): number | null | undefined;
  variables(request: z.output<Shape>, facts: Facts): Variables & Record<string, unknown>;
  reply(data: Data, facts: Facts, request: z.output<Shape>): Reply;
}

/** A documented path: one operation and two pure, synchronous functions, words in and words out. */
export function route<Shape extends z.ZodType, Data, Variables>(words: RouteWords<Shape, Data, Variables>): Route {
  return { summary: '', statuses: [200], ...words };
}

/** What is no customer operation: a login, a session, a picture's bytes. It may await what the server hands it. */
export interface Door {
  method: Method;
  /** From the root of the origin, without the dialect's bases. */
  path: string;
  summary: string;
  /**
   * Nobody is asked who he is; `signed`: but by the door itself, unless the address is signed. Else the handler has authenticated and
   * admitted the caller.
   */
  open: boolean | 'signed';
  /** What it asks the schema, to be checked at start. */
  operations?: readonly DocumentNode[];
  /** The forms of request and answer, where they are words: for the OpenAPI document. */
  request?: z.ZodType;
  response?: z.ZodType;
  /** The documented success statuses. */
  statuses?: readonly number[];
  handle(request: DoorRequest, server: RestServer): Promise<Reply>;
}

export interface DoorRequest extends RawRequest {
  head: RequestHead;
  requestId: string;
  /** null behind an open door. */
  caller: Caller | null;
}

export type Media = 'json' | 'form' | 'multipart';

/** What the OpenAPI document says of the whole API. */
export interface About {
  title: string;
  version: string;
  description: string;
  security: Record<string, SecurityScheme>;
  /** The body of every refusal. */
  error: z.ZodType;
  /** Its media type when it is not JSON. */
  errorType?: string;
}

/** A way to say who is calling, in OpenAPI's words. `below`: where it is the only one, and nowhere else. */
export type SecurityScheme = (
  | { type: 'http'; scheme: string; description: string }
  | { type: 'apiKey'; name: string; in: 'header' | 'cookie'; description: string }
) & { below?: string };

/** One documented API: where it lives, how it asks who is there, and how it says what went wrong. */
export interface Dialect {
  name: string;
  about?: About;
  /**
   * Prefixes put before every route's path, aliases included; `''` is the origin itself; may hold `{params}`.
   * `{name:int}` matches digits only, so that it catches nobody else's words.
   */
  bases: readonly string[];
  /** Below each base: where a path that no route knows is still this dialect's to refuse. `''`: all of the base. */
  owns: readonly string[];
  /** Media types that bodies are read in; the first is taken when none is stated. */
  media: readonly Media[];
  /** Reads the credential without believing it. */
  credential(head: RequestHead): Credential;
  /**
   * Throws FORBIDDEN when the path names a tenant that the credential does not open, or is for another kind of credential,
   * before any look-up. `path` is the route's documented path, when one was found.
   */
  admit(caller: Caller, params: Record<string, string>, path: string | undefined): void;
  /** The documented words for every kind of error, and for single codes where the documentation is finer. */
  fault(error: ApiError, facts: FaultFacts): Reply;
  /** The document's own name for `Idempotency-Key`, and the header of an answer given again: milliseconds since 1970 of the first. */
  once?: { request: string; answer: string };
  /** Headers of every answer, when the documentation has some. */
  headers?(reply: Reply): Record<string, string>;
  /** Where pages of other origins call: all below `under` is this dialect's, preflights included. */
  crossOrigin?: { under: string; methods: readonly Method[]; requestHeaders: readonly string[] };
  routes: readonly Route[];
  doors: readonly Door[];
}

/** The value, or the error that says it is not there. `path` is the variable that named it. */
export function found<T>(value: T | null | undefined, code: ErrorCode, path: readonly string[] = ['by']): T {
  if (value === null || value === undefined) throw new ApiError(code, [fault(code, path)]);
  return value;
}

/** A mutation's payload; a result that is a fault is thrown with all it says. Select it with `faultFields`. */
export function done<T extends object>(result: T): Exclude<T, { faults: unknown }> {
  if (isRefusal(result)) throw new ApiError(result.code, result.faults.map(toFault));
  return result as Exclude<T, { faults: unknown }>;
}

/** What `faultFields` selects. */
export interface Refusal {
  code: ErrorCode;
  faults: readonly ToldFault[];
}

type ToldFault = Omit<Fault, 'existingId'> & { existingId?: string | null };

function isRefusal(result: object): result is Refusal {
  return 'faults' in result && 'code' in result;
}

function toFault({ existingId, ...rest }: ToldFault): Fault {
  return typeof existingId === 'string' ? { ...rest, existingId } : rest;
}
