import type { Logger } from 'pino';

/** A terminal and npm may each pass on the same Ctrl-C; only a later one means impatience. */
const echoMs = 1_000;

/**
 * Waits for SIGTERM, SIGINT or SIGHUP, or for a fault that nobody caught, then stops.
 * Resolves to the exit code: 0 after a signal, 1 after a fault or when stopping failed. A second signal, a second
 * later, ends the process at once.
 */
export async function untilSignal(stop: () => Promise<void>, log: Logger): Promise<0 | 1> {
  const reason = await new Promise<NodeJS.Signals | 'fault'>((resolve) => {
    let since: number | null = null;
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (since !== null && Date.now() - since > echoMs) process.exit(1);
        since ??= Date.now();
        resolve(signal);
      });
    }
    const onFault = (error: unknown) => {
      log.fatal({ err: error }, 'a fault that nobody caught; stopping');
      resolve('fault');
    };
    process.on('uncaughtException', onFault);
    process.on('unhandledRejection', onFault);
  });
  log.info({ reason }, 'stopping');
  try {
    await stop();
    return reason === 'fault' ? 1 : 0;
  } catch (error) {
    log.error({ err: error }, 'not stopped in good order');
    return 1;
  }
}
