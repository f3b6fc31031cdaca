/** What one room notes on an object that lives as long as its request, for itself alone. */
export interface Notes<On extends object, Note> {
  of(on: On): Note | undefined;
  write(on: On, note: Note): void;
}

/**
 * Opens notes. They stand on the object itself: a weak map that lives on keeps what it holds through every collection of young objects, so
 * that all requests of a second would be moved about together.
 */
export function openNotes<On extends object, Note>(): Notes<On, Note> {
  const place = Symbol('notes');
  return {
    of: (on) => (on as { [place]?: Note })[place],
    write(on, note) {
      (on as { [place]?: Note })[place] = note;
    },
  };
}
