import { builder } from './builder.ts';

export const CustomerKind = builder.enumType('CustomerKind', {
  description: 'What a customer is.',
  values: {
    PERSON: { description: 'A person.' },
    COMPANY: { description: 'A company.' },
    UNDEFINED: { description: 'Not known: only a name or a number.' },
  } as const,
});
