import { directoryEntries } from '../db/tables/directory.ts';
import { globalId, Node } from './node.ts';
import { DirectoryEntry } from './nouns.ts';

DirectoryEntry.ref.implement({
  description: 'A person or company of the register that look-ups consult.',
  interfaces: [Node as never],
  fields: (t) => ({
    id: t.computed([directoryEntries.id], {
      type: 'ID',
      description: 'Opaque and global.',
      compute: (row) => globalId('DirectoryEntry', row.id),
    }),
  }),
});
