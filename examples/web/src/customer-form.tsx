import type { ResultOf } from 'gql.tada';
import { type FormEvent, useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { customerQuery, updateMutation } from './graphql.ts';

type Customer = NonNullable<ResultOf<typeof customerQuery>['customer']>;
type Fault = { path: string[]; message: string };

export function CustomerForm({ id, onClose }: { id: string; onClose(): void }) {
  const [{ data }, reload] = useQuery({ query: customerQuery, variables: { id }, requestPolicy: 'cache-and-network' });
  if (!data?.customer) return <section aria-label="Customer">…</section>;
  return (
    <Editing
      key={data.customer.version}
      customer={data.customer}
      onReload={() => reload({ requestPolicy: 'network-only' })}
      onClose={onClose}
    />
  );
}

const fields = [
  ['name', 'Name'],
  ['email', 'Email'],
  ['comment', 'Comment'],
] as const;

interface EditingProps {
  customer: Customer;
  onReload(): void;
  onClose(): void;
}

/** Saves on condition that nobody else did since the customer was read; refusals are told beside their fields. */
function Editing({ customer, onReload, onClose }: EditingProps) {
  const [{ fetching }, update] = useMutation(updateMutation);
  const [faults, setFaults] = useState<readonly Fault[]>([]);
  const [state, setState] = useState<'reading' | 'saved' | 'stale' | 'away'>('reading');

  async function save(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const input = Object.fromEntries(fields.map(([name]) => [name, String(form.get(name)) || null]));
    const { data } = await update({ id: customer.id, version: customer.version, input });
    if (!data) return setState('away');
    const { result } = data;
    setFaults('faults' in result && result.__typename === 'InvalidInputError' ? result.faults : []);
    if (result.__typename === 'CustomerUpdatePayload') setState('saved');
    else setState(result.__typename === 'StaleError' ? 'stale' : 'reading');
  }

  return (
    <section aria-label="Customer">
      <form onSubmit={save} noValidate>
        <h2>
          {customer.reference} <small>version {customer.version}</small>
        </h2>
        {fields.map(([name, label]) => {
          const fault = faults.find(({ path }) => path.includes(name));
          return (
            <label key={name}>
              {label}
              <input name={name} defaultValue={customer[name] ?? ''} aria-invalid={fault !== undefined} />
              {fault && <em role="alert">{fault.message}</em>}
            </label>
          );
        })}
        <p>
          <button type="submit" disabled={fetching}>
            Save
          </button>{' '}
          <button type="button" className="quiet" onClick={onClose}>
            Close
          </button>
        </p>
        {state === 'stale' && (
          <p role="alert">
            Somebody else has changed this customer meanwhile.{' '}
            <button type="button" className="quiet" onClick={onReload}>
              Show their version
            </button>
          </p>
        )}
        {state === 'away' && <p role="alert">The server did not answer.</p>}
        {state === 'saved' && <p role="status">Saved.</p>}
      </form>
    </section>
  );
}
