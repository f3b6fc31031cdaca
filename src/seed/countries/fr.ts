import { faker } from '@faker-js/faker/locale/fr';
import { type Country, towns, trades, words } from '../country.ts';
import { frenchCompany, frenchPerson } from '../numbers.ts';

/** France. Its regulator keeps these phone numbers for films and books. */
export const france: Country = {
  code: 'FR',
  language: 'fr',
  currency: 'EUR',
  faker,
  towns: towns(`
    75002 Paris|Île-de-France|48.868|2.342
    75011 Paris|Île-de-France|48.859|2.378
    78000 Versailles|Île-de-France|48.805|2.135
    69002 Lyon|Auvergne-Rhône-Alpes|45.754|4.829
    38000 Grenoble|Auvergne-Rhône-Alpes|45.188|5.724
    13001 Marseille|Provence-Alpes-Côte d'Azur|43.298|5.380
    06000 Nice|Provence-Alpes-Côte d'Azur|43.710|7.262
    31000 Toulouse|Occitanie|43.605|1.444
    34000 Montpellier|Occitanie|43.611|3.877
    33000 Bordeaux|Nouvelle-Aquitaine|44.838|-0.579
    44000 Nantes|Pays de la Loire|47.218|-1.554
    35000 Rennes|Bretagne|48.117|-1.678
    59000 Lille|Hauts-de-France|50.629|3.057
    67000 Strasbourg|Grand Est|48.573|7.752
    21000 Dijon|Bourgogne-Franche-Comté|47.322|5.041
    76000 Rouen|Normandie|49.443|1.100`),
  streets: words(
    'Rue de la Paix, Rue Victor Hugo, Rue du Moulin, Place de la République, Avenue Jean Jaurès, Boulevard Voltaire, Rue des Lilas, Rue Pasteur, Impasse des Cerisiers, Chemin du Lavoir, Allée des Tilleuls, Quai des Tanneurs, Rue Saint-Bernard, Cours Mirabeau, Rue de Solférino, Avenue Foch',
  ),
  isNumberFirst: true,
  phones: ['+33 1 99 00 ## ##', '+33 2 61 91 ## ##', '+33 3 53 01 ## ##', '+33 4 65 71 ## ##', '+33 6 39 98 ## ##'],
  trunk: '0',
  trades: trades(
    'Bijouterie:jewelry, Orfèvrerie:gold, Horlogerie:watches, Ameublement:furniture, Luminaires:lighting, Cuisines:kitchen, Épicerie:grocery, Boulangerie:bakery, Café:cafe, Menuiserie:carpentry, Électricité:electrical, Plomberie:plumbing, Peintures:paint, Pharmacie:pharmacy, Optique:optics, Cycles:cycling, Randonnée:outdoor, Conseil:office',
  ),
  legalForms: ['SARL', 'SARL', 'SAS', 'EURL'],
  nationalNumber: frenchPerson,
  organizationNumber: frenchCompany,
};
