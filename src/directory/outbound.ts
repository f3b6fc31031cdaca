import { type LookupAddress, lookup as resolve } from 'node:dns';
import { Agent as HttpAgent, type RequestOptions, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Ranges that are no place of the public Internet: machines themselves, private networks, documentation, relays into IPv4. */
const inner = { ipv4: new BlockList(), ipv6: new BlockList() };
const ranges = {
  ipv4:
    '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 ' +
    '192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4',
  ipv6: '::/96 ::ffff:0:0/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 2002::/16 fc00::/7 fe80::/9 ff00::/8',
};
for (const family of ['ipv4', 'ipv6'] as const) {
  for (const range of ranges[family].split(' ')) {
    const [net = '', bits] = range.split('/');
    inner[family].addSubnet(net, Number(bits), family);
  }
}

const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);
const mostBytes = 1024 * 1024;
const agents = { 'http:': new HttpAgent({ keepAlive: true }), 'https:': new HttpsAgent({ keepAlive: true }) };

/** Whether an IP address is one of the public Internet. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 0) return false;
  const family = version === 6 ? 'ipv6' : 'ipv4';
  return !inner[family].check(address, family);
}

/**
 * Why an HTTP directory's URL may not be asked, in words for whoever configures it; null when it may. What its name resolves to
 * is checked again at each call. Loopback is for demos and tests, where it was written as such.
 */
export function directoryUrlFault(text: string, { allowLoopback = false } = {}): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) return 'must be an http or https URL';
  if (url.username !== '' || url.password !== '') return 'must not contain a user name or password';
  if (url.hash !== '') return 'must not have a fragment';
  if (allowLoopback && loopback.has(url.hostname)) return null;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isInner = isIP(host) ? !isPublicAddress(host) : host === 'localhost' || host.endsWith('.localhost');
  return isInner ? 'must not be an address inside a private network' : null;
}

/** Resolves a name, and refuses it when any of its addresses is not public: what was checked is what is connected to. */
const guarded: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
    const [first] = found ?? [];
    if (error || !first) return callback(error ?? new Error('The name has no address.'), '', 0);
    if (!found.every(({ address }) => isPublicAddress(address))) {
      return callback(new Error('The name leads into a private network.'), '', 0);
    }
    if (options.all) return callback(null, found);
    return callback(null, first.address, first.family);
  });
};

/** What came back, whatever its status. */
export interface Answer {
  status: number;
  text: string;
}

/** How something is sent. */
export interface Sending {
  timeoutMs: number;
  allowLoopback?: boolean;
  /** The trace that it belongs to (W3C). */
  traceparent?: string | null;
}

/**
 * Sends JSON and reads at most 1 MiB of answer within `timeoutMs`. Follows no redirect. Rejects with an Error, which tells no caller
 * anything, when the URL is refused, nobody answers, or the time is over.
 */
export function postJson(
  text: string,
  body: unknown,
  { timeoutMs, allowLoopback = false, traceparent = null }: Sending,
): Promise<Answer> {
  const wrong = directoryUrlFault(text, { allowLoopback });
  if (wrong !== null) return Promise.reject(new Error(`The directory's URL ${wrong}.`));
  const url = new URL(text);
  const isSecure = url.protocol === 'https:';
  const payload = Buffer.from(JSON.stringify(body));
  const options: RequestOptions = {
    method: 'POST',
    agent: isSecure ? agents['https:'] : agents['http:'],
    signal: AbortSignal.timeout(timeoutMs),
    headers: {
      'content-type': 'application/json',
      'content-length': payload.length,
      accept: 'application/json',
      'user-agent': 'clientele',
      ...(traceparent !== null && { traceparent }),
    },
    ...(loopback.has(url.hostname) ? {} : { lookup: guarded }),
  };
  return new Promise((settle, reject) => {
    const sent = (isSecure ? requestHttps : requestHttp)(url, options, (response) => {
      const parts: Buffer[] = [];
      let size = 0;
      response.on('data', (part: Buffer) => {
        size += part.length;
        if (size > mostBytes) response.destroy(new Error('The answer is too long.'));
        else parts.push(part);
      });
      response.on('end', () =>
        settle({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') }),
      );
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(payload);
  });
}
