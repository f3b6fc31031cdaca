import { faker } from '@faker-js/faker/locale/nb_NO';
import { type Country, towns, trades, words } from '../country.ts';
import { norwegianCompany, norwegianPerson } from '../numbers.ts';

/** Norway. Its phone numbers have never begun with 1. */
export const norway: Country = {
  code: 'NO',
  language: 'nb',
  currency: 'NOK',
  faker,
  towns: towns(`
    0155 Oslo|Oslo|59.911|10.750
    0368 Oslo|Oslo|59.930|10.713
    0560 Oslo|Oslo|59.922|10.773
    1337 Sandvika|Akershus|59.889|10.524
    1400 Ski|Akershus|59.719|10.836
    1707 Sarpsborg|Østfold|59.284|11.110
    1606 Fredrikstad|Østfold|59.220|10.934
    3015 Drammen|Buskerud|59.744|10.204
    3111 Tønsberg|Vestfold|59.267|10.408
    3724 Skien|Telemark|59.209|9.609
    4612 Kristiansand|Agder|58.147|7.996
    4836 Arendal|Agder|58.461|8.772
    4006 Stavanger|Rogaland|58.970|5.733
    4306 Sandnes|Rogaland|58.852|5.735
    5014 Bergen|Vestland|60.393|5.324
    5700 Voss|Vestland|60.629|6.415
    6002 Ålesund|Møre og Romsdal|62.472|6.155
    7011 Trondheim|Trøndelag|63.430|10.395
    7713 Steinkjer|Trøndelag|64.015|11.495
    8006 Bodø|Nordland|67.280|14.405
    9008 Tromsø|Troms|69.649|18.956
    2317 Hamar|Innlandet|60.795|11.068
    2609 Lillehammer|Innlandet|61.115|10.466`),
  streets: words(
    'Storgata, Kirkegata, Skolegata, Bakkegata, Fjordveien, Solbakken, Nygata, Strandgata, Parkveien, Møllergata, Elvegata, Torggata, Granveien, Bjørkeveien, Rosenveien, Havnegata, Kongens gate, Dronningens gate, Sjøgata, Lindeveien, Furuveien, Tollbugata, Industriveien, Stasjonsveien',
  ),
  isNumberFirst: false,
  phones: ['+47 13 ## ## ##', '+47 14 ## ## ##', '+47 15 ## ## ##', '+47 17 ## ## ##', '+47 18 ## ## ##'],
  trunk: '',
  trades: trades(
    'Smykker:jewelry, Gull og Sølv:gold, Urmaker:watches, Møbler:furniture, Belysning:lighting, Kjøkken:kitchen, Dagligvare:grocery, Bakeri:bakery, Kaffebar:cafe, Snekkeri:carpentry, Elektro:electrical, Rør:plumbing, Farge:paint, Apotek:pharmacy, Optikk:optics, Sykkel:cycling, Friluft:outdoor, Skisport:skiing, Konsult:office, Regnskap:office',
  ),
  legalForms: ['AS', 'AS', 'AS', 'ANS', 'DA'],
  nationalNumber: norwegianPerson,
  organizationNumber: norwegianCompany,
};
