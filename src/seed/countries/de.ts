import { faker } from '@faker-js/faker/locale/de';
import { type Country, towns, trades, words } from '../country.ts';
import { germanCompany, germanPerson } from '../numbers.ts';

/** Germany. Its regulator keeps these phone numbers for films and books. */
export const germany: Country = {
  code: 'DE',
  language: 'de',
  currency: 'EUR',
  faker,
  towns: towns(`
    10115 Berlin|Berlin|52.532|13.385
    20095 Hamburg|Hamburg|53.551|10.000
    24103 Kiel|Schleswig-Holstein|54.323|10.137
    28195 Bremen|Bremen|53.079|8.809
    30159 Hannover|Niedersachsen|52.376|9.739
    50667 Köln|Nordrhein-Westfalen|50.939|6.957
    60311 Frankfurt am Main|Hessen|50.111|8.682
    80331 München|Bayern|48.136|11.571
    18055 Rostock|Mecklenburg-Vorpommern|54.088|12.140`),
  streets: words(
    'Hauptstraße, Bahnhofstraße, Gartenstraße, Schulstraße, Dorfstraße, Lindenstraße, Kirchstraße, Bergstraße, Ringstraße, Goethestraße, Schillerstraße, Am Stadtpark, Mühlenweg',
  ),
  isNumberFirst: false,
  phones: ['+49 30 23125 ###', '+49 69 90009 ###', '+49 40 66969 ###', '+49 221 4710 ###', '+49 89 99998 ###'],
  trunk: '0',
  trades: trades(
    'Schmuck:jewelry, Goldschmiede:gold, Uhren:watches, Möbel:furniture, Leuchten:lighting, Küchen:kitchen, Feinkost:grocery, Bäckerei:bakery, Kaffeehaus:cafe, Tischlerei:carpentry, Elektrotechnik:electrical, Sanitär:plumbing, Farben:paint, Optik:optics, Fahrrad:cycling, Outdoor:outdoor, Beratung:office',
  ),
  legalForms: ['GmbH', 'GmbH', 'GmbH & Co. KG', 'KG', 'UG'],
  nationalNumber: germanPerson,
  organizationNumber: germanCompany,
};
