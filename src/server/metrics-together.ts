import cluster from 'node:cluster';
import { AggregatorRegistry, type Registry } from 'prom-client';

// Workers share a port, so whoever asks for metrics reaches any of them: each tells those of all.

const kind = 'clientele:metrics';
/** Milliseconds; longer than the first process waits for its workers. */
const patienceMs = 6_000;

interface Message {
  type: string;
  id: number;
  /** Absent in a question; null when some worker did not answer. */
  text?: string | null;
}

const isOurs = (message: unknown): message is Message =>
  typeof message === 'object' && message !== null && 'type' in message && message.type === kind;

/** In the first process: adds up the metrics of all workers for whichever of them asks. */
export function addUpMetrics(): void {
  const all = new AggregatorRegistry();
  cluster.on('message', (worker, message: unknown) => {
    if (!isOurs(message)) return;
    const tell = (text: string | null) => {
      if (worker.isConnected()) worker.send({ type: kind, id: message.id, text });
    };
    all.clusterMetrics().then(tell, () => tell(null));
  });
}

/**
 * Tells what a registry holds. In a worker: all workers' together, or null when one of them does not answer, as while it
 * starts: a part of the truth would look as if counters had begun anew.
 */
export function openTelling(own: Registry): () => Promise<string | null> {
  if (!cluster.isWorker) return () => own.metrics();
  AggregatorRegistry.setRegistries(own);
  new AggregatorRegistry();
  const waiting = new Map<number, (text: string | null) => void>();
  process.on('message', (message) => {
    if (isOurs(message)) waiting.get(message.id)?.(message.text ?? null);
  });
  let last = 0;
  return async () => {
    const id = ++last;
    const told = await new Promise<string | null>((resolve) => {
      const timer = setTimeout(() => resolve(null), patienceMs);
      waiting.set(id, (text) => {
        clearTimeout(timer);
        resolve(text);
      });
      process.send?.({ type: kind, id });
    });
    waiting.delete(id);
    return told;
  };
}
