import { Readable } from 'node:stream';
import { failure } from './failure.ts';

/** The text of a file of UTF-8, piece by piece. Anything else fails it with a failure, where letters would be lost without a word. */
export function textOf(input: Readable): Readable {
  return Readable.from(decoded(input));
}

async function* decoded(input: Readable): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let bytes = 0;
  try {
    for await (const chunk of input) {
      const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
      bytes += chunk.length;
      yield text;
    }
    yield decoder.decode();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw failure(`The file is not UTF-8 (behind byte ${bytes}).`, 'Save it as UTF-8.');
  }
}
