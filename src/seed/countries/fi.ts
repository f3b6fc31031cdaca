import { faker } from '@faker-js/faker/locale/fi';
import { type Country, towns, trades, words } from '../country.ts';
import { finnishCompany, finnishPerson } from '../numbers.ts';

/** Finland. No number within an area begins with 0. */
export const finland: Country = {
  code: 'FI',
  language: 'fi',
  currency: 'EUR',
  faker,
  towns: towns(`
    00100 Helsinki|Uusimaa|60.170|24.938
    00500 Helsinki|Uusimaa|60.187|24.960
    02100 Espoo|Uusimaa|60.178|24.806
    20100 Turku|Varsinais-Suomi|60.452|22.267
    33100 Tampere|Pirkanmaa|61.498|23.761
    40100 Jyväskylä|Keski-Suomi|62.242|25.747
    70100 Kuopio|Pohjois-Savo|62.892|27.677
    90100 Oulu|Pohjois-Pohjanmaa|65.012|25.465
    96100 Rovaniemi|Lappi|66.503|25.729`),
  streets: words(
    'Kauppakatu, Asemakatu, Koulukatu, Kirkkokatu, Rantatie, Puistokatu, Myllytie, Satamakatu, Koivutie, Mäntytie, Hämeenkatu, Torikatu, Linnankatu, Niittytie',
  ),
  isNumberFirst: false,
  phones: ['+358 9 0### ###', '+358 2 0### ###', '+358 3 0### ###'],
  trunk: '0',
  trades: trades(
    'Koru:jewelry, Kulta:gold, Kello:watches, Kaluste:furniture, Valaisin:lighting, Keittiö:kitchen, Ruoka:grocery, Leipomo:bakery, Kahvila:cafe, Puusepät:carpentry, Sähkö:electrical, Putki:plumbing, Maali:paint, Optiikka:optics, Pyörä:cycling, Erä:outdoor, Konsultointi:office',
  ),
  legalForms: ['Oy', 'Oy', 'Ky', 'Tmi'],
  nationalNumber: finnishPerson,
  organizationNumber: finnishCompany,
};
