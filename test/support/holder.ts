import { pino } from 'pino';
import { startEmbedded } from '../../src/db/embedded.ts';

// A process that holds an embedded database, to be killed by tests: prints its facts, stops on SIGTERM.

const [dataDir = ''] = process.argv.slice(2);
try {
  const embedded = await startEmbedded({ dataDir, log: pino({ level: 'silent' }) });
  console.log(JSON.stringify({ url: embedded.url, cluster: embedded.cluster }));
  const staying = setInterval(() => {}, 1000);
  process.once('SIGTERM', async () => {
    await embedded.stop();
    clearInterval(staying);
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
