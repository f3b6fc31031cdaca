import { faker } from '@faker-js/faker/locale/fr';
import { type Country, towns, trades, words } from '../country.ts';
import { tunisianCompany } from '../numbers.ts';

/** Tunisia. Its phone numbers do not begin with 1. */
export const tunisia: Country = {
  code: 'TN',
  language: 'fr',
  currency: 'TND',
  faker,
  towns: towns(`
    1000 Tunis|Tunis|36.806|10.181
    2036 La Soukra|Ariana|36.876|10.247
    3000 Sfax|Sfax|34.740|10.760
    4000 Sousse|Sousse|35.825|10.637
    5000 Monastir|Monastir|35.778|10.826
    7000 Bizerte|Bizerte|37.274|9.874
    8000 Nabeul|Nabeul|36.456|10.737`),
  streets: words(
    'Rue de Marseille, Avenue Habib Bourguiba, Rue Ibn Khaldoun, Rue de la Kasbah, Avenue de Carthage, Rue des Jasmins, Place de la Victoire, Rue Charles de Gaulle, Avenue Mohamed Ali',
  ),
  isNumberFirst: true,
  phones: ['+216 1# ### ###'],
  trunk: '',
  trades: trades(
    'Bijouterie:jewelry, Orfèvrerie:gold, Ameublement:furniture, Luminaires:lighting, Épicerie:grocery, Pâtisserie:bakery, Café:cafe, Menuiserie:carpentry, Électricité:electrical, Optique:optics, Conseil:office',
  ),
  legalForms: ['SARL', 'SUARL', 'SA'],
  names: {
    first: words(
      'Amira, Yasmine, Salma, Ines, Mariem, Nour, Rania, Sarra, Leila, Hela, Mohamed, Ahmed, Youssef, Karim, Sami, Walid, Hichem, Nizar, Tarek, Bilel, Skander, Anis',
    ),
    last: words(
      'Ben Salah, Trabelsi, Jaziri, Gharbi, Bouazizi, Mejri, Hammami, Khelifi, Chebbi, Ayari, Mansouri, Dridi, Ben Amor, Ferchichi, Sassi, Zouari, Karoui, Belhadj',
    ),
  },
  nationalNumber: null,
  organizationNumber: tunisianCompany,
};
