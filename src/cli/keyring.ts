import { makeKeys } from '../vault.ts';
import type { Command } from './command.ts';

/** `keyring create`: what CLIENTELE_KEYS needs. */
export const keyringCreate: Command = {
  words: 'keyring create',
  summary: 'Print a new key ring for CLIENTELE_KEYS.',
  options: [],
  run: async () => {
    const keys = makeKeys();
    return { json: { CLIENTELE_KEYS: keys }, text: keys };
  },
};
