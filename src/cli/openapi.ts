import { type Command, wrongUsage } from './command.ts';

/** `openapi`: the OpenAPI document of a documented API. */
export const openapi: Command = {
  words: 'openapi',
  summary: 'Print the OpenAPI document of a documented API.',
  options: [],
  rest: '<valomnia|riverty|connect|worldline>',
  examples: ['openapi riverty > riverty.json'],
  run: async ({ rest: [name, ...more] }) => {
    const { dialects } = await import('../rest-compat/dialects.ts');
    const { openApiOf } = await import('../rest-compat/openapi.ts');
    const dialect = more.length === 0 ? dialects.find((one) => one.name === name) : undefined;
    if (!dialect) throw wrongUsage(`Say which: ${dialects.map((one) => one.name).join(', ')}.`);
    const document = openApiOf(dialect);
    return { json: document, text: JSON.stringify(document, null, 2) };
  },
};
