import { z } from 'zod';
import type { Caller } from '../../auth/caller.ts';
import { ApiError, fault } from '../../errors.ts';
import { neededIn } from './lookup.ts';

/** The payment product with a look-up: an invoice. There is no other. */
export const invoice = { id: 9000, group: 'invoice', logo: '9000.png' } as const;

/** Throws PRODUCT_NOT_FOUND unless this text is the product's id and the caller's session knows it. */
export function checkProduct(paymentProductId: string, { clientSession }: Pick<Caller, 'clientSession'>): void {
  const { id } = invoice;
  const isKnown =
    paymentProductId === String(id) &&
    !clientSession?.excluded.includes(id) &&
    (clientSession?.restrictedTo?.includes(id) ?? true);
  if (!isKnown) throw new ApiError('PRODUCT_NOT_FOUND', [fault('PRODUCT_NOT_FOUND', ['params', 'paymentProductId'])]);
}

const wireField = z.strictObject({
  id: z.string(),
  type: z.enum(['string', 'numericstring', 'integer', 'expirydate', 'boolean', 'date']),
  usedForLookup: z.boolean(),
  dataRestrictions: z.strictObject({
    isRequired: z.boolean(),
    validators: z.strictObject({
      length: z.strictObject({ minLength: z.int(), maxLength: z.int() }),
      emailAddress: z.strictObject({}).optional(),
    }),
  }),
  displayHints: z.strictObject({
    alwaysShow: z.boolean(),
    displayOrder: z.int(),
    label: z.string().optional(),
    obfuscate: z.boolean(),
    formElement: z.strictObject({ type: z.string() }),
    preferredInputType: z.string(),
  }),
});

/** "Get payment product", response 200: what libraries touch without asking is never left out (contracts, 5.4). */
export const wireProduct = z.strictObject({
  id: z.int(),
  paymentMethod: z.string(),
  paymentProductGroup: z.string(),
  mobileIntegrationLevel: z.string(),
  usesRedirectionTo3rdParty: z.boolean(),
  allowsRecurring: z.boolean(),
  allowsTokenization: z.boolean(),
  autoTokenized: z.boolean(),
  allowsInstallments: z.boolean(),
  deviceFingerprintEnabled: z.boolean(),
  displayHints: z.strictObject({ displayOrder: z.int(), label: z.string().optional(), logo: z.string() }),
  fields: z.array(wireField),
});

interface Field {
  id: string;
  label: string;
  length: readonly [least: number, most: number];
  input?: string;
  validators?: { emailAddress: Record<string, never> };
}

/** In the order of the form; `id` is the key in customer details too. */
const fields: readonly Field[] = [
  { id: 'fiscalNumber', label: 'Personal number', length: [10, 13] },
  { id: 'firstName', label: 'First name', length: [0, 255] },
  { id: 'surname', label: 'Surname', length: [0, 255] },
  { id: 'street', label: 'Street', length: [0, 255] },
  { id: 'zip', label: 'Postal code', length: [0, 20] },
  { id: 'city', label: 'City', length: [0, 255] },
  {
    id: 'emailAddress',
    label: 'Email address',
    length: [0, 254],
    input: 'EmailAddressKeyboard',
    validators: { emailAddress: {} },
  },
  { id: 'phoneNumber', label: 'Phone number', length: [0, 50], input: 'PhoneNumberKeyboard' },
];

/** The product as it is answered for a country; `hidden` may name `fields` and `translations`. */
export function toWireProduct(country: string, hidden: readonly string[]): z.output<typeof wireProduct> {
  const needed: readonly string[] = neededIn(country);
  const label = (text: string) => (hidden.includes('translations') ? {} : { label: text });
  return {
    id: invoice.id,
    paymentMethod: 'invoice',
    paymentProductGroup: invoice.group,
    mobileIntegrationLevel: 'OPTIMISED_SUPPORT',
    usesRedirectionTo3rdParty: false,
    allowsRecurring: false,
    allowsTokenization: false,
    autoTokenized: false,
    allowsInstallments: false,
    deviceFingerprintEnabled: false,
    displayHints: { displayOrder: 0, ...label('Invoice'), logo: invoice.logo },
    fields: hidden.includes('fields')
      ? []
      : fields.map(({ id, label: name, length: [least, most], input, validators }, displayOrder) => {
          const isRequired = needed.includes(id);
          // Libraries hold a form with a shorter value for wrong, an empty one too.
          const length = { minLength: isRequired ? least : 0, maxLength: most };
          return {
            id,
            type: 'string',
            usedForLookup: isRequired,
            dataRestrictions: { isRequired, validators: { length, ...validators } },
            displayHints: {
              alwaysShow: false,
              displayOrder,
              ...label(name),
              obfuscate: false,
              formElement: { type: 'text' },
              preferredInputType: input ?? 'StringKeyboard',
            },
          };
        }),
  };
}
