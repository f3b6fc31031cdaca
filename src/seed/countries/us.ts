import { faker } from '@faker-js/faker/locale/en_US';
import { type Country, towns, trades, words } from '../country.ts';

/** The United States. 555-0100 to 555-0199 is kept for films and books; of tax numbers none is certainly nobody's. */
export const unitedStates: Country = {
  code: 'US',
  language: 'en',
  currency: 'USD',
  faker,
  towns: towns(`
    10013 New York|New York|40.720|-74.005
    02116 Boston|Massachusetts|42.350|-71.076
    60611 Chicago|Illinois|41.893|-87.624
    94103 San Francisco|California|37.773|-122.411
    78701 Austin|Texas|30.271|-97.742
    98101 Seattle|Washington|47.610|-122.334
    33130 Miami|Florida|25.767|-80.205`),
  streets: words(
    'Main Street, Oak Street, Maple Avenue, Cedar Lane, Elm Street, Washington Street, Lake Drive, Hill Road, Church Street, Park Place',
  ),
  isNumberFirst: true,
  phones: ['+1 212 555 01##', '+1 617 555 01##', '+1 312 555 01##', '+1 415 555 01##', '+1 512 555 01##'],
  trunk: '',
  trades: trades(
    'Jewelers:jewelry, Watches:watches, Furniture:furniture, Lighting:lighting, Kitchens:kitchen, Grocers:grocery, Bakery:bakery, Coffee:cafe, Carpentry:carpentry, Electric:electrical, Optics:optics, Cycles:cycling, Outfitters:outdoor, Consulting:office',
  ),
  legalForms: ['LLC', 'Inc.', 'Corp.'],
  nationalNumber: null,
  organizationNumber: null,
};
