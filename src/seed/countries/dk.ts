import { faker } from '@faker-js/faker/locale/da';
import { type Country, towns, trades, words } from '../country.ts';
import { danishCompany, danishPerson } from '../numbers.ts';

/** Denmark. Its phone numbers have never begun with 1. */
export const denmark: Country = {
  code: 'DK',
  language: 'da',
  currency: 'DKK',
  faker,
  towns: towns(`
    1256 København|Hovedstaden|55.676|12.568
    2100 København|Hovedstaden|55.706|12.577
    3400 Hillerød|Hovedstaden|55.927|12.301
    4000 Roskilde|Sjælland|55.642|12.080
    5000 Odense|Syddanmark|55.396|10.388
    6700 Esbjerg|Syddanmark|55.467|8.452
    8000 Aarhus|Midtjylland|56.157|10.211
    8800 Viborg|Midtjylland|56.453|9.402
    9000 Aalborg|Nordjylland|57.048|9.919`),
  streets: words(
    'Vestergade, Østergade, Nørregade, Søndergade, Algade, Skolevej, Møllevej, Strandvejen, Kirkevej, Jernbanegade, Birkevej, Rosenvej, Clematisvej, Havnegade, Parkvej',
  ),
  isNumberFirst: false,
  phones: ['+45 10 ## ## ##', '+45 12 ## ## ##', '+45 13 ## ## ##', '+45 15 ## ## ##'],
  trunk: '',
  trades: trades(
    'Smykker:jewelry, Guldsmed:gold, Ure:watches, Møbler:furniture, Belysning:lighting, Køkken:kitchen, Dagligvarer:grocery, Bageri:bakery, Kaffe:cafe, Tømrer:carpentry, El:electrical, VVS:plumbing, Maler:paint, Optik:optics, Cykler:cycling, Friluft:outdoor, Rådgivning:office',
  ),
  legalForms: ['ApS', 'ApS', 'A/S', 'I/S'],
  nationalNumber: danishPerson,
  organizationNumber: danishCompany,
};
