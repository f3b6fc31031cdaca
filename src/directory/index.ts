import type { Db } from '../db/client.ts';
import type { Vault } from '../vault.ts';
import { askEntries } from './entries.ts';
import { type HttpDirectoryOptions, openHttpDirectory } from './http.ts';
import { directoryUrlFault } from './outbound.ts';
import type { DirectoryPerson, DirectoryQuestion } from './question.ts';

/** The register of persons and companies that look-ups consult besides the customers. */
export interface Directory {
  /**
   * Everybody who matches, at most ten. Call it before a transaction is opened: it may wait for somebody else's server.
   * Throws DIRECTORY_UNAVAILABLE when the HTTP directory fails; an empty answer means that nobody is known.
   */
  find(question: DirectoryQuestion): Promise<DirectoryPerson[]>;
  /** What is wrong with the address of an HTTP directory, as the words of a fault; null for a good one. */
  urlFault(url: string): string | null;
}

/** The organization's own entries first; when they know nobody and it has a `directoryUrl`, the directory there. */
export function openDirectory({ db, vault, http }: { db: Db; vault: Vault; http?: HttpDirectoryOptions }): Directory {
  const remote = openHttpDirectory(http);
  return {
    urlFault: (url) => directoryUrlFault(url, http),
    async find(question) {
      const { identity, organizationNumber, phone } = question;
      if (!identity && !organizationNumber && !phone) return [];
      const own = await askEntries(db, vault, question);
      if (own.persons.length > 0 || own.directoryUrl === null) return own.persons;
      return remote.ask(own.directoryUrl, question, own.country);
    },
  };
}
