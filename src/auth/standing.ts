/** What a standing needs to know of its credential. */
export interface StandingFacts {
  id: string;
  /** Its stamp when it was read: each change makes another. */
  stamp: string;
  /** Its stamp now. */
  ask(id: string): Promise<string | null>;
  /** Called once it was found. */
  used(id: string): void;
}

/**
 * How a caller stands whose credential is believed as it was read before. Nothing is changed for him, and no answer leaves, before it was
 * found to be so still. A class: closures of an object are old from birth to V8, and keep their request.
 */
export class Standing {
  readonly #facts: StandingFacts;
  #isFound = false;

  constructor(facts: StandingFacts) {
    this.#facts = facts;
  }

  get isFound(): boolean {
    return this.#isFound;
  }

  /** A condition, without any table, that holds while the credential is what it was; its parameters are added to the statement's. */
  condition(parameters: unknown[]): string {
    const [id, stamp] = [parameters.push(this.#facts.id), parameters.push(this.#facts.stamp)];
    return `clientele_credential_stamp($${id}::text) = $${stamp}::text`;
  }

  /** A statement under that condition has been run. */
  found(): void {
    if (!this.#isFound) this.#facts.used(this.#facts.id);
    this.#isFound = true;
  }

  /** Whether it is so still: the database is asked, unless it was found before. */
  async holds(): Promise<boolean> {
    const { id, stamp, ask } = this.#facts;
    if (!this.#isFound && (await ask(id)) === stamp) this.found();
    return this.#isFound;
  }
}
