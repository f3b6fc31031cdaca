import { StrictMode, useMemo, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { Client, cacheExchange, fetchExchange, Provider } from 'urql';
import { CustomerForm } from './customer-form.tsx';
import { CustomerList } from './customer-list.tsx';
import './style.css';

const url = `${import.meta.env.VITE_CLIENTELE ?? 'http://127.0.0.1:4000'}/graphql`;

function App() {
  const [key, setKey] = useState(sessionStorage.getItem('key') ?? '');
  const [chosen, setChosen] = useState<string | null>(null);
  const client = useMemo(
    () =>
      new Client({
        url,
        preferGetMethod: false,
        exchanges: [cacheExchange, fetchExchange],
        fetchOptions: { headers: { authorization: `Bearer ${key}` } },
      }),
    [key],
  );
  if (key === '') {
    return (
      <form
        className="key"
        action={(form) => {
          const given = String(form.get('key')).trim();
          sessionStorage.setItem('key', given);
          setKey(given);
        }}
      >
        <h1>Customers</h1>
        <label>
          API key <input name="key" type="password" autoComplete="off" required />
        </label>
        <button type="submit">Open</button>
      </form>
    );
  }
  return (
    <Provider value={client}>
      <main>
        <h1>Customers</h1>
        <div className="columns">
          <CustomerList chosen={chosen} onChoose={setChosen} />
          {chosen !== null && <CustomerForm key={chosen} id={chosen} onClose={() => setChosen(null)} />}
        </div>
      </main>
    </Provider>
  );
}

const root = document.getElementById('root');
if (root)
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
