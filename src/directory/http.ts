import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { type Trace, watching } from '../db/trace.ts';
import { ApiError } from '../errors.ts';
import { phoneKey } from '../values/phone.ts';
import { type Breaker, openBreaker } from './breaker.ts';
import { type Answer, directoryUrlFault, postJson } from './outbound.ts';
import { type DirectoryPerson, type DirectoryQuestion, livesThere, mostAnswers } from './question.ts';
import { readRecord } from './record.ts';

/** How patient the HTTP directory is. Times in milliseconds. */
export interface HttpDirectoryOptions {
  /** Whether a URL written with `localhost`, `127.0.0.1` or `[::1]` may be asked: demos and tests. */
  allowLoopback?: boolean;
  /** For one try. */
  timeoutMs?: number;
  /** For all of them. */
  budgetMs?: number;
  tries?: number;
  /** Failures in a row after which a URL is left alone for `pauseMs`. */
  failures?: number;
  pauseMs?: number;
}

/**
 * Somebody else's register behind a URL. It is sent, with POST, what is known of
 * `{"identity", "organizationNumber", "phone", "postalCode", "country"}` (all texts, phone in E.164 where it can be read, country
 * alpha-2), and answers 200 `{"persons": [...]}` with the fields of an import row, the list empty for nobody. docs/directory.md
 * tells it to whoever builds one. Anything else (404 too: it may be a wrong path) and silence are DIRECTORY_UNAVAILABLE.
 */
export function openHttpDirectory(options: HttpDirectoryOptions = {}) {
  const {
    allowLoopback = false,
    timeoutMs = 2000,
    budgetMs = 5000,
    tries = 3,
    failures = 5,
    pauseMs = 30_000,
  } = options;
  const breakers = new LRUCache<string, Breaker>({ max: 1000 });

  function breakerOf(url: string): Breaker {
    const known = breakers.get(url);
    if (known) return known;
    const made = openBreaker({ failures, pauseMs, atOnce: 20, now: () => performance.now() });
    breakers.set(url, made);
    return made;
  }

  /** Tries a few times what may be better the next time. */
  async function post(url: string, body: unknown, trace: Trace | null): Promise<Answer> {
    const host = new URL(url).hostname;
    const traceparent = trace?.parent ?? null;
    const end = performance.now() + budgetMs;
    for (let at = 1; ; at++) {
      const left = Math.min(timeoutMs, end - performance.now());
      const sending = { timeoutMs: Math.max(1, Math.ceil(left)), allowLoopback, traceparent };
      const answer = await watching(trace, { host }, () => postJson(url, body, sending)).catch((error: unknown) =>
        error instanceof Error ? error : new Error('The directory failed.'),
      );
      if (!(answer instanceof Error) && answer.status === 200) return answer;
      const mayHelp = answer instanceof Error || answer.status === 429 || answer.status >= 500;
      const pause = 50 * 2 ** at * (0.5 + Math.random());
      if (!mayHelp || at >= tries || performance.now() + pause >= end) {
        throw answer instanceof Error ? answer : new Error(`The directory answered ${answer.status}.`);
      }
      await sleep(pause);
    }
  }

  return {
    /** Asks the directory at `url`. `home` is the organization's country. Throws DIRECTORY_UNAVAILABLE. */
    async ask(url: string, question: DirectoryQuestion, home: string): Promise<DirectoryPerson[]> {
      const wrong = directoryUrlFault(url, { allowLoopback });
      if (wrong !== null) throw unavailable(60_000, new Error(`The directory's URL ${wrong}.`));
      const breaker = breakerOf(url);
      const wait = breaker.enter();
      if (wait > 0) throw unavailable(wait);
      let isWell = false;
      try {
        const answer = await post(url, bodyOf(question, home), question.trace ?? null);
        const persons = personsOf(answer.text);
        isWell = true;
        return persons
          .map((person) => completed(person, question))
          .filter((person) => livesThere(question, person))
          .slice(0, mostAnswers);
      } catch (error) {
        throw unavailable(1000, error);
      } finally {
        breaker.done(isWell);
      }
    },
  };
}

function unavailable(waitMs: number, cause?: unknown): ApiError {
  return new ApiError('DIRECTORY_UNAVAILABLE', [], { retryAfter: Math.max(1, Math.ceil(waitMs / 1000)), cause });
}

function bodyOf({ identity, organizationNumber, phone, postalCode, country }: DirectoryQuestion, home: string) {
  const asked = { identity, organizationNumber, phone: phone && phoneKey(phone, country ?? home), postalCode, country };
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value));
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Fields that cannot be read are left out; an answer of another form is none. Throws an Error. */
function personsOf(text: string): DirectoryPerson[] {
  const parsed = jsonOf(text);
  const list = isRecord(parsed) && Object.hasOwn(parsed, 'persons') ? parsed.persons : null;
  if (!Array.isArray(list) || !list.every(isRecord)) throw new Error('The directory answered something else.');
  return list.map((one) => {
    const { reference, ...person } = readRecord(one).row;
    if (person.lastName === null && person.companyName === null)
      throw new Error('A person of the directory has no name.');
    return person;
  });
}

/** The parser's own words would quote the answer, which is about persons, into a log. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('The directory answered no JSON.');
  }
}

/** What somebody was found by is theirs, said or not: a customer made from it is found by it the next time. */
function completed(
  person: DirectoryPerson,
  { identity, organizationNumber, phone }: DirectoryQuestion,
): DirectoryPerson {
  const isPerson = person.kind === 'PERSON';
  return {
    ...person,
    identity: person.identity ?? (isPerson ? (identity ?? null) : null),
    organizationNumber: person.organizationNumber ?? (isPerson ? null : (organizationNumber ?? null)),
    phone: person.phone ?? phone ?? null,
  };
}
