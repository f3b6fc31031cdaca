import { z } from 'zod';
import { ApiError, fault } from '../../errors.ts';
import type { RestServer } from '../handler.ts';
import type { Door, DoorRequest, Reply } from '../route.ts';
import { readShape } from '../shape.ts';
import { clientRoot } from './credential.ts';
import { logo } from './logo.ts';
import { checkProduct, invoice, toWireProduct, wireProduct } from './product.ts';
import { asked, cents, countryCode, currencyCode, flag, listOf, names } from './words.ts';

/** The products that a filter names, also by groups of which none is known here; null when it names nothing at all. */
const filter = z
  .object({ groups: listOf(z.string()).nullish(), products: listOf(z.int()).nullish() })
  .nullish()
  .transform((given) => {
    const [groups, products] = [given?.groups ?? [], given?.products ?? []];
    if (groups.length + products.length === 0) return null;
    return groups.includes(invoice.group) ? [...products, invoice.id] : products;
  });

/** Contracts, 5.2. Tokens are cards of somebody else's: none is known here. */
const sessionRequest = z.object({
  body: z.object({
    tokens: listOf(z.string()).nullish(),
    paymentProductFilters: z.object({ exclude: filter, restrictTo: filter }).nullish(),
  }),
});

/** The answer is handed to the browser's library as it is (contracts, 5.2). */
const wireSession = z.strictObject({
  clientSessionId: z.string(),
  customerId: z.string(),
  clientApiUrl: z.string(),
  assetUrl: z.string(),
  invalidTokens: z.array(z.string()),
});

async function openSession(request: DoorRequest, server: RestServer): Promise<Reply> {
  if (!request.caller) throw new ApiError('UNAUTHENTICATED');
  const { tokens, paymentProductFilters } = readShape(sessionRequest, request).body;
  const { clientSessionId, customerId } = await server.doors.openClientSession(request.caller, {
    excluded: paymentProductFilters?.exclude ?? [],
    restrictedTo: paymentProductFilters?.restrictTo ?? null,
  });
  const session: z.output<typeof wireSession> = {
    clientSessionId,
    customerId,
    clientApiUrl: `${server.publicUrl}/client`,
    assetUrl: `${server.publicUrl}/assets`,
    invalidTokens: tokens ?? [],
  };
  return { status: 201, body: session };
}

/** Contracts, 5.4. What is not named here, such as `cacheBust`, changes nothing; nor do `locale` and `forceBasicFlow`. */
const productRequest = z.object({
  params: z.object({ paymentProductId: z.string() }),
  query: z.object({
    countryCode: asked(countryCode),
    currencyCode: asked(currencyCode),
    locale: z.unknown().optional().meta({ type: 'string' }),
    amount: asked(cents),
    isRecurring: asked(flag),
    isInstallments: asked(flag),
    hide: names,
    forceBasicFlow: z.unknown().optional().meta({ type: 'boolean' }),
  }),
});

async function showProduct(request: DoorRequest): Promise<Reply> {
  if (!request.caller) throw new ApiError('UNAUTHENTICATED');
  checkProduct(request.params.paymentProductId ?? '', request.caller);
  const { query } = readShape(productRequest, request);
  // The product fits neither: "400 when the product does not fit the filters".
  const unfit = (['isRecurring', 'isInstallments'] as const).filter((name) => query[name] === 'true');
  if (unfit.length > 0) {
    throw new ApiError(
      'VALUE_INVALID',
      unfit.map((name) => fault('VALUE_INVALID', ['query', name])),
    );
  }
  return { body: toWireProduct(query.countryCode, query.hide) };
}

async function showLogo(): Promise<Reply> {
  return {
    bytes: logo,
    headers: {
      'Content-Type': 'image/png',
      'Cache-Control': 'public, max-age=86400',
      'Cross-Origin-Resource-Policy': 'cross-origin',
      'X-Content-Type-Options': 'nosniff',
    },
  };
}

const product = {
  method: 'GET',
  summary: 'The payment product and its fields, those for the look-up marked',
  open: false,
  request: productRequest,
  response: wireProduct,
  handle: showProduct,
} as const;

/** What is no customer operation: sessions, payment products and their picture. */
export const doors: readonly Door[] = [
  {
    method: 'POST',
    path: '/v1/{merchantId}/sessions',
    summary: 'Open a client session',
    open: false,
    request: sessionRequest,
    response: wireSession,
    statuses: [201],
    handle: openSession,
  },
  { ...product, path: '/v1/{merchantId}/products/{paymentProductId}' },
  { ...product, path: `${clientRoot}/{customerId}/products/{paymentProductId}` },
  {
    method: 'GET',
    path: `/assets/${invoice.logo}`,
    summary: 'The picture of the payment product',
    open: true,
    handle: showLogo,
  },
];
