import { faker } from '@faker-js/faker/locale/sv';
import { type Country, towns, trades, words } from '../country.ts';
import { swedishCompany, swedishPerson } from '../numbers.ts';

/** Sweden. No number within an area begins with 0. */
export const sweden: Country = {
  code: 'SE',
  language: 'sv',
  currency: 'SEK',
  faker,
  towns: towns(`
    111 52 Stockholm|Stockholms län|59.329|18.069
    116 45 Stockholm|Stockholms län|59.314|18.075
    411 05 Göteborg|Västra Götalands län|57.707|11.967
    211 22 Malmö|Skåne län|55.605|13.003
    222 22 Lund|Skåne län|55.705|13.193
    753 20 Uppsala|Uppsala län|59.859|17.639
    582 22 Linköping|Östergötlands län|58.411|15.621
    702 11 Örebro|Örebro län|59.275|15.213
    722 11 Västerås|Västmanlands län|59.611|16.545
    903 26 Umeå|Västerbottens län|63.826|20.263
    972 38 Luleå|Norrbottens län|65.585|22.157
    652 24 Karlstad|Värmlands län|59.379|13.504`),
  streets: words(
    'Storgatan, Drottninggatan, Kungsgatan, Nygatan, Skolgatan, Kyrkogatan, Parkvägen, Björkvägen, Strandvägen, Järnvägsgatan, Trädgårdsgatan, Vasagatan, Linnégatan, Bergsgatan, Ringvägen',
  ),
  isNumberFirst: false,
  phones: ['+46 8 0## ## ##', '+46 31 0## ## ##', '+46 40 0## ## ##'],
  trunk: '0',
  trades: trades(
    'Smycken:jewelry, Guldsmed:gold, Ur:watches, Möbler:furniture, Belysning:lighting, Kök:kitchen, Livs:grocery, Bageri:bakery, Kaffe:cafe, Snickeri:carpentry, El:electrical, Rör:plumbing, Måleri:paint, Optik:optics, Cykel:cycling, Friluft:outdoor, Konsult:office',
  ),
  legalForms: ['AB', 'AB', 'HB'],
  nationalNumber: swedishPerson,
  organizationNumber: swedishCompany,
};
