import type { ShapeIssue } from '../route.ts';
import type { Words } from './fault.ts';
import type { Told } from './params.ts';

/** What is told first when several things are wrong: what is missing, names that nobody knows, then wrong types. */
const order: readonly Told[] = ['missing', 'unknown', 'datetime', 'boolean', 'type', 'rule'];

/** A request's form in Valomnia's words: its first fault in the documented order. */
export function shapeWords(issues: readonly ShapeIssue[]): Words {
  const told = issues.map((issue) => ({ issue, told: toldBy(issue) }));
  const first = order.map((kind) => told.find((one) => one.told === kind)).find((one) => one !== undefined);
  const name = first?.issue.path[1] ?? 'body';
  switch (first?.told) {
    case 'missing':
      return [400, 'missing_param', `${name} parameter is missing`];
    case 'unknown':
      return [400, 'invalid_param', `The parameters [${unknown(issues)}] you provided are not valid for this request.`];
    case 'datetime': {
      const given = `[${[first.issue.input].flat().join(', ')}]`;
      return [400, 'invalid_datetime_format', `Invalid datetime filter (not ISO-8601 formatted): ${given}`];
    }
    case 'boolean': {
      const rule = `${name} (must be a boolean: true or false)`;
      return [400, 'invalid_param_type', `An invalid value was specified for parameter: ${rule}`];
    }
    case 'rule':
      return [400, 'save_failed', 'Failed to save instance.'];
    default: {
      const shown = name === 'paymentTypes' ? 'payment type id' : name;
      return [400, 'invalid_param_type', `The type of parameter ${shown} you provided is not valid for this request.`];
    }
  }
}

function toldBy({ code, message, path }: ShapeIssue): Told {
  if (code === 'unrecognized_keys') return 'unknown';
  if (/^(dateCreated|lastUpdated)_/.test(path[1] ?? '')) return 'datetime';
  return order.find((told) => told === message) ?? 'type';
}

const unknown = (issues: readonly ShapeIssue[]) =>
  issues
    .filter((issue) => toldBy(issue) === 'unknown')
    .flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : issue.path.slice(1, 2)))
    .join(', ');
