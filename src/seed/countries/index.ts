import { belgium } from './be.ts';
import { germany } from './de.ts';
import { denmark } from './dk.ts';
import { finland } from './fi.ts';
import { france } from './fr.ts';
import { norway } from './no.ts';
import { sweden } from './se.ts';
import { tunisia } from './tn.ts';
import { unitedStates } from './us.ts';

/** Every country that demo customers come from, by its code. */
export const countries = {
  NO: norway,
  SE: sweden,
  DK: denmark,
  FI: finland,
  DE: germany,
  FR: france,
  BE: belgium,
  TN: tunisia,
  US: unitedStates,
};
export type CountryCode = keyof typeof countries;
