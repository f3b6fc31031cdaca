import { z } from 'zod';
import { must, said, text } from '../form.ts';

/** A text that must be there, and one that may be left out. */
export const required = said(text());
export const optional = said(text().optional());

/** A tenant's number in the path; `admit` has compared it. */
export const clientParams = z.object({ clientId: z.string().meta({ type: 'integer' }) });

/** What Riverty calls a customer's number: our reference. `search` is a path of its own (contracts, 2.4). */
export const customerNumber = text(100)
  .min(1, 'is required')
  .refine((value) => value !== 'search', 'must not be search');

const score = /^-?\d{1,20}(\.\d{1,10})?$/;

/** `individualRiskScore`: documented as text, sent as a number by the newer payload. */
export const riskScore = said(z.union([z.string(), z.number()], must('a string or a number')).optional());

/** A number is kept with ten digits behind its point; more of them are those of its binary form. */
const textOf = (value: string | number) =>
  typeof value === 'number' ? value.toFixed(10).replace(/\.?0+$/, '') : value.trim();

/** Whether a risk score can be stored: a plain decimal number. Of what is neither text nor number its form has told. */
export const isScore = (value: unknown) =>
  (typeof value !== 'string' && typeof value !== 'number') || score.test(textOf(value));

/** A risk score in our words; absent when nothing was said. */
export const toScore = (value: string | number | undefined) =>
  value === undefined ? {} : { riskScore: textOf(value) };
