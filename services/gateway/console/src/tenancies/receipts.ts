import { Keys } from "../api/keys";
import type { components } from "../api/generated/population";
import type { ResolveBody } from "./person";

/** A resolved person: the receipt, and the masked answer where it could be read back. */
export interface Known {
  receipt: string;
  masked: components["schemas"]["TypedView"] | null;
}

export type Resolve = (body: ResolveBody, key: string) => Promise<Known>;

/**
 * The identity receipts of one form, kept in memory while the form is open: who was resolved
 * for some premises is not resolved again when the registration has to be repeated.
 */
export class Receipts {
  readonly #resolve: Resolve;
  readonly #known = new Map<string, Known>();
  #keys = new Keys();

  constructor(resolve: Resolve) {
    this.#resolve = resolve;
  }

  async of(body: ResolveBody): Promise<Known> {
    const kept = this.peek(body);
    if (kept !== undefined) return kept;
    const known = await this.#keys.run("identity", body, (key) => this.#resolve(body, key));
    this.#known.set(JSON.stringify(body), known);
    return known;
  }

  /** The receipt of exactly what was typed, if there is one. */
  peek(body: ResolveBody): Known | undefined {
    return this.#known.get(JSON.stringify(body));
  }

  /** Forget a receipt that serves no more. */
  drop(receipt: string): void {
    for (const [name, known] of this.#known) {
      if (known.receipt === receipt) this.#known.delete(name);
    }
  }

  /** Forget every person. */
  clear(): void {
    this.#known.clear();
    this.#keys = new Keys();
  }
}
