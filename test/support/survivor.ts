import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';

// A shell that waits for the end of its input, which comes when this process ends, however it ends; then it ends the PostgreSQL of the
// folder and removes the folder. A number that was only read from a file is not killed: the process must have been called on the folder.
const script = `
cat >/dev/null
cluster="$1/postgres"
pid=$(head -n 1 "$cluster/postmaster.pid" 2>/dev/null)
if [ -n "$pid" ]; then
  call=$(tr '\\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null || ps -ww -o command= -p "$pid" 2>/dev/null)
  case "$call" in *"postgres -D $cluster "*) kill -QUIT "$pid" ;; esac
  for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$pid" 2>/dev/null || break; sleep 0.2; done
fi
for _ in 1 2 3 4 5; do rm -rf "$1" 2>/dev/null && break; sleep 0.2; done
`;

/** Leaves nothing of a folder and the PostgreSQL in it when this process is killed. Nothing happens to a folder that is gone by then. */
export function leaveSurvivor(dataDir: string): void {
  const survivor = spawn('/bin/sh', ['-c', script, 'survivor', realpathSync(dataDir)], {
    // Whoever kills a whole group of processes does not kill it.
    detached: true,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  survivor.on('error', () => undefined);
  survivor.unref();
  const { stdin } = survivor;
  if (stdin && 'unref' in stdin && typeof stdin.unref === 'function') stdin.unref();
}
