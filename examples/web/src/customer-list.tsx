import { useDeferredValue, useEffect, useRef, useState } from 'react';
import { useQuery } from 'urql';
import { customersQuery } from './graphql.ts';

interface ListProps {
  chosen: string | null;
  onChoose(id: string): void;
}

/** Searches as somebody types, a moment after the last letter. */
function useSettled(value: string, ms: number): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return useDeferredValue(settled);
}

export function CustomerList({ chosen, onChoose }: ListProps) {
  const [typed, setTyped] = useState('');
  const search = useSettled(typed.trim(), 150);
  return (
    <section aria-label="List">
      <label className="search">
        Search <input type="search" value={typed} onChange={({ target }) => setTyped(target.value)} />
      </label>
      <Pages key={search} search={search} chosen={chosen} onChoose={onChoose} />
    </section>
  );
}

/** Each page is a query of its own by the cursor before it: none is skipped or repeated while others write. */
function Pages({ search, ...props }: ListProps & { search: string }) {
  const [cursors, setCursors] = useState<(string | null)[]>([null]);
  const more = (cursor: string) => setCursors((known) => (known.includes(cursor) ? known : [...known, cursor]));
  return (
    <ul className="list">
      {cursors.map((after) => (
        <Page
          key={after ?? ''}
          after={after}
          search={search}
          onMore={more}
          isLast={after === cursors.at(-1)}
          {...props}
        />
      ))}
    </ul>
  );
}

interface PageProps extends ListProps {
  search: string;
  after: string | null;
  isLast: boolean;
  onMore(cursor: string): void;
}

function Page({ search, after, isLast, onMore, chosen, onChoose }: PageProps) {
  const [{ data, error }] = useQuery({ query: customersQuery, variables: { after, search: search || null } });
  const end = useRef<HTMLLIElement>(null);
  const { hasNextPage, endCursor } = data?.customers.pageInfo ?? {};
  useEffect(() => {
    if (!isLast || !hasNextPage || !endCursor || !end.current) return;
    const watching = new IntersectionObserver(([entry]) => entry?.isIntersecting && onMore(endCursor), {
      root: end.current.parentElement,
      rootMargin: '400px',
    });
    watching.observe(end.current);
    return () => watching.disconnect();
  }, [isLast, hasNextPage, endCursor, onMore]);
  if (error) return <li role="alert">{error.graphQLErrors[0]?.message ?? 'The server cannot be reached.'}</li>;
  if (!data) return <li className="quiet">…</li>;
  if (after === null && data.customers.nodes.length === 0) return <li className="quiet">Nobody is found.</li>;
  return (
    <>
      {data.customers.nodes.map(({ id, name, reference, email, billingAddress }) => (
        <li key={id}>
          <button type="button" aria-pressed={id === chosen} onClick={() => onChoose(id)}>
            <strong>{name}</strong>
            <span>
              {reference} · {[email, billingAddress?.city].filter(Boolean).join(' · ')}
            </span>
          </button>
        </li>
      ))}
      <li ref={end} className="end" aria-hidden="true" />
    </>
  );
}
