import { z } from 'zod';
import { variables } from './env.ts';
import { ApiError, catalogue, type ErrorCode, type Fault, fault, statusOf } from './errors.ts';
import { dialects } from './rest-compat/dialects.ts';

// Documents that are printed from the code by `npm run generate`, so that they cannot part from it.

const printed = '<!-- Printed by `npm run generate`: change the code, not this file. -->';
const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** `docs/configuration.md`: every variable of the environment, from the schema that reads it. */
export function printConfiguration(): string {
  const rows = Object.entries(variables).map(([name, variable]) => {
    const shape: { default?: unknown; enum?: unknown } = z.toJSONSchema(variable, {
      io: 'input',
      unrepresentable: 'any',
    });
    const fallback = shape.default === null || shape.default === undefined ? '–' : `\`${String(shape.default)}\``;
    const words = Array.isArray(shape.enum) ? ` One of ${shape.enum.map((word) => `\`${word}\``).join(', ')}.` : '';
    return `| \`${name}\` | ${fallback} | ${cell(variable.description ?? '')}${words} |`;
  });
  return [
    '# Configuration',
    '',
    printed,
    '',
    'Everything is said by variables of the environment, and read once, at the start. An empty variable is an absent one. A wrong one',
    'stops the start with exit code 2 and a sentence that names it and says what to write; its value is not repeated.',
    '',
    '| variable | default | what |',
    '|---|---|---|',
    ...rows,
    '',
    'All other `OTEL_*` variables of OpenTelemetry’s specification that speak of traces hold as well: `OTEL_RESOURCE_ATTRIBUTES`,',
    '`OTEL_TRACES_SAMPLER`, `OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_BSP_*` and so on.',
    '',
    'In production `CLIENTELE_KEYS` is needed. `OIDC_ISSUER` and `OIDC_AUDIENCE` go together. `npm run clientele -- doctor` looks at a',
    'deployment and says what to do.',
    '',
  ].join('\n');
}

/** Where a fault of this code usually points. */
function exampleOf(code: ErrorCode): Fault[] {
  const kind = catalogue[code].kind;
  if (code === 'REFERENCE_TAKEN') return [fault(code, ['input', 'reference'])];
  if (code === 'CUSTOMER_NUMBER_TAKEN') return [fault(code, ['input', 'customerNumber'])];
  if (/^(COUNTRY|CURRENCY)_/.test(code))
    return [fault(code, ['input', code.startsWith('CO') ? 'country' : 'currency'])];
  if (/^(PARENT|CATEGORY|SEGMENTATION|REGION|USER|PAYMENT_TYPE)_NOT_FOUND$|^PARENT_/.test(code)) {
    const [first = '', ...rest] = code
      .replace(/_NOT_FOUND$|_IS_SELF$|_LOOP$/, '')
      .toLowerCase()
      .split('_');
    return [fault(code, ['input', first + rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')])];
  }
  if (kind === 'NOT_FOUND' || kind === 'STALE' || code.endsWith('_IN_USE')) return [fault(code, ['by'])];
  return kind === 'INVALID_INPUT' && /^(VALUE|TEXT|LIST|PICTURE)_/.test(code) ? [fault(code, ['input', 'name'])] : [];
}

function bodyIn(dialect: (typeof dialects)[number], code: ErrorCode): string {
  const error = new ApiError(code, exampleOf(code), catalogue[code].kind === 'UNAVAILABLE' ? { retryAfter: 2 } : {});
  const isDeletion = code.endsWith('_IN_USE') || code === 'CATEGORY_LAST_ROOT';
  const { status, body } = dialect.fault(error, {
    ...{ origin: 'https://customers.example.com', base: '', contentType: 'application/json', path: undefined },
    ...{ method: isDeletion ? 'DELETE' : 'POST', params: {}, variables: {}, issues: [] },
    requestId: '01890a5d-ac96-774b-bcce-b302099a8057',
  });
  return `| ${title(dialect.name)} | ${status} | ${body === undefined ? '' : `\`${cell(JSON.stringify(body))}\``} |`;
}

const title = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

/** `docs/errors.md`: the catalogue of errors, with the words of every dialect, from the functions that say them. */
export function printErrors(): string {
  const codes = Object.keys(catalogue).filter((code): code is ErrorCode => Object.hasOwn(catalogue, code));
  const chapters = codes.map((code) => {
    const { kind, message, advice } = catalogue[code];
    return [
      `## ${code}`,
      '',
      `${message} *What to do:* ${advice}`,
      '',
      `Kind \`${kind}\`, HTTP status ${statusOf[kind]} where no document says another.`,
      '',
      '| dialect | status | body |',
      '|---|---|---|',
      ...dialects.map((dialect) => bodyIn(dialect, code)),
      '',
    ].join('\n');
  });
  return [
    '# Errors',
    '',
    printed,
    '',
    'GraphQL tells a code, in `extensions.code` of an error or in `code` of a mutation’s result, with a list of `faults`: each has a code, the',
    '`path` of the input that it speaks of, and a message for people. A code keeps its meaning; messages may change. Each documented API',
    'tells the same in its own words, shown here as an example: which parameter is named depends on the request. `requestId`, and what stands',
    'in its place, finds the request in the log.',
    '',
    'What GraphQL itself refuses has the codes of its libraries: `GRAPHQL_PARSE_FAILED` for what is no document, `GRAPHQL_VALIDATION_FAILED`',
    'for one that does not fit the schema, `OPERATION_RESOLUTION_FAILURE` when `operationName` names none of its operations, `BAD_REQUEST` for',
    'a request that is none of GraphQL over HTTP. Correct what the message and `locations` name.',
    '',
    ...chapters,
  ].join('\n');
}
