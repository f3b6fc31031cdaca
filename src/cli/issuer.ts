import { rotateSigningKey } from '../auth/issuer/keys.ts';
import type { Command } from './command.ts';
import { withDatabase } from './database.ts';

/** `issuer rotate`: another key for the embedded issuer's tokens. */
export const issuerRotate: Command = {
  words: 'issuer rotate',
  summary: 'Sign new OAuth tokens with a new key. Tokens of the old one live to their end.',
  options: [],
  run: async () => {
    await withDatabase(({ db, vault }) => rotateSigningKey(db, vault));
    return {
      json: { isRotated: true },
      text: 'New tokens are signed with a new key; those given before live to their end.',
    };
  },
};
