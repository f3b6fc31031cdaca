import type { CountryCode } from './countries/index.ts';

/** What one demo organization is made of. */
export interface Plan {
  reference: string;
  name: string;
  country: CountryCode;
  currencies: readonly string[];
  /** How deep its regions go; null = geography off. */
  regionLevel: number | null;
  /** Where its random numbers start. */
  seed: number;
  customers: number;
  staff: number;
  directoryEntries: number;
  /** What its customers' references begin with. */
  prefix: string;
  emailDomain: string;
  /** Where its customers live: of so many, so many from there. */
  homes: readonly (readonly [country: CountryCode, share: number])[];
  /** Whether the customers of the documents' examples are among its own. */
  isDocumented: boolean;
  rivertyClientId: number;
  worldlineMerchantId: string;
}

/** The two demo organizations. The first holds the documents' examples under their documented references. */
export const plans: readonly [Plan, Plan] = [
  {
    reference: 'entity1',
    name: 'Nordic Trading',
    country: 'NO',
    currencies: ['NOK', 'EUR', 'SEK'],
    regionLevel: 3,
    seed: 20151217,
    customers: 2500,
    staff: 12,
    directoryEntries: 300,
    prefix: 'NC',
    emailDomain: 'nordic-trading.example',
    homes: [
      ['NO', 66],
      ['SE', 14],
      ['DK', 8],
      ['FI', 5],
      ['DE', 4],
      ['FR', 3],
    ],
    isDocumented: true,
    rivertyClientId: 1234,
    worldlineMerchantId: '9991',
  },
  {
    reference: 'entity2',
    name: 'Maison Lumière',
    country: 'FR',
    currencies: ['EUR', 'USD', 'TND'],
    regionLevel: null,
    seed: 20190321,
    customers: 800,
    staff: 6,
    directoryEntries: 300,
    prefix: 'ML',
    emailDomain: 'maison-lumiere.example',
    homes: [
      ['FR', 72],
      ['TN', 12],
      ['BE', 8],
      ['DE', 4],
      ['US', 4],
    ],
    isDocumented: false,
    rivertyClientId: 5678,
    worldlineMerchantId: '9992',
  },
];
