import { postgres } from './driver.ts';

/** What an acknowledged write needs to survive a crash, and what is lost without it. */
const needed: Readonly<Record<string, string>> = {
  fsync: 'a crash of the machine may damage the whole database',
  full_page_writes: 'a crash of the machine may damage pages of the database',
  synchronous_commit: 'a crash may lose the last writes that were acknowledged',
};

/** Settings of the database under which what is acknowledged may be lost, each as a sentence; none when all is well. */
export async function volatileSettings(url: string): Promise<string[]> {
  const sql = postgres(url, { max: 1, fetch_types: false, connect_timeout: 3, onnotice() {} });
  try {
    const rows = await sql.unsafe<{ name: string; setting: string }[]>(
      `select name, setting from pg_settings where name in ('${Object.keys(needed).join("', '")}') and setting = 'off' order by name`,
    );
    return rows.map(({ name }) => `The database runs with ${name} = off: ${needed[name]}.`);
  } finally {
    await sql.end({ timeout: 1 });
  }
}
