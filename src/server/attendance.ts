import type { Caller, Credential } from '../auth/caller.ts';
import type { Auth } from '../auth/index.ts';
import { withDeadline } from '../db/client.ts';
import { requestMs } from '../limits/gate.ts';
import type { Admission } from './admission.ts';

type Work<T> = (caller: Caller) => Promise<T>;

/** How a request comes to its caller. */
export interface Attendance {
  /** Believes a credential, and counts the request. UNAUTHENTICATED, RATE_LIMITED. */
  enter(credential: Credential, request?: Request): Promise<Caller>;
  /**
   * The same for `work`, which is begun for whoever the credential is remembered to be, and done again when it is another by now. No answer
   * leaves before that is known; whatever `work` changes waits for it.
   */
  attend<T>(credential: Credential, request: Request, work: Work<T>): Promise<T>;
}

/** Opens it for one server. */
export function openAttendance(auth: Auth, { front, gate }: Admission): Attendance {
  async function admit(known: Caller, begun: number, request?: Request): Promise<Caller> {
    // A caller of its own for each request: what it uses is noted under it.
    const caller = { ...known };
    if (request) front.entered(request, caller);
    await gate.arrive(caller, (request && front.visitOf(request))?.dialect ?? '', begun);
    return caller;
  }

  async function enter(credential: Credential, request?: Request): Promise<Caller> {
    const begun = performance.now();
    return await admit(await auth.authenticate(credential), begun, request);
  }

  return {
    enter,
    async attend(credential, request, work) {
      const begun = performance.now();
      const known = await auth.authenticate(credential, true);
      const working = admit(known, begun, request).then(work);
      const { standing } = known;
      if (!standing) return await working;
      await working.catch(() => {});
      if (standing.isFound) return await working;
      const asking = withDeadline(standing.holds(), begun + requestMs - performance.now());
      const holds = await asking.catch((error: unknown) => {
        front.left(request);
        throw error;
      });
      if (holds) return await working;
      front.left(request);
      return await work(await enter(credential, request));
    },
  };
}
