import { faker } from '@faker-js/faker/locale/fr';
import { type Country, towns, trades, words } from '../country.ts';
import { belgianCompany, belgianPerson } from '../numbers.ts';

/** Belgium, its French speakers. No number within an area begins with 0. */
export const belgium: Country = {
  code: 'BE',
  language: 'fr',
  currency: 'EUR',
  faker,
  towns: towns(`
    1000 Bruxelles|Bruxelles-Capitale|50.847|4.357
    1050 Ixelles|Bruxelles-Capitale|50.827|4.372
    4000 Liège|Liège|50.640|5.571
    5000 Namur|Namur|50.467|4.872
    6000 Charleroi|Hainaut|50.411|4.444
    7000 Mons|Hainaut|50.454|3.952
    1300 Wavre|Brabant wallon|50.716|4.601`),
  streets: words(
    'Rue Neuve, Rue Haute, Avenue Louise, Place Verte, Rue de Namur, Quai des Péniches, Rue du Midi, Avenue des Arts, Chemin des Dames, Rue Royale',
  ),
  isNumberFirst: false,
  phones: ['+32 2 0## ## ##', '+32 4 0## ## ##'],
  trunk: '0',
  trades: trades(
    'Bijouterie:jewelry, Horlogerie:watches, Ameublement:furniture, Luminaires:lighting, Épicerie:grocery, Boulangerie:bakery, Café:cafe, Menuiserie:carpentry, Électricité:electrical, Optique:optics, Cycles:cycling, Conseil:office',
  ),
  legalForms: ['SRL', 'SRL', 'SA'],
  nationalNumber: belgianPerson,
  organizationNumber: belgianCompany,
};
