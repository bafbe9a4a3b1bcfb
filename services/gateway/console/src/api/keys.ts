import { useState } from "react";
import { Refusal } from "./problems";

/**
 * Idempotency keys of one form. The same content goes out under the same key until it was
 * answered, so that a repeat after a lost connection has its effect once.
 */
export class Keys {
  readonly #open = new Map<string, string>();

  async run<Result>(
    step: string,
    content: unknown,
    send: (key: string) => Promise<Result>,
  ): Promise<Result> {
    const name = `${step} ${JSON.stringify(content)}`;
    const key = this.#open.get(name) ?? crypto.randomUUID();
    this.#open.set(name, key);
    try {
      const result = await send(key);
      this.#open.delete(name);
      return result;
    } catch (error) {
      if (error instanceof Refusal && !error.unsure) this.#open.delete(name);
      throw error;
    }
  }
}

/** The keys of a form, for as long as it is on the page. */
export function useKeys(): Keys {
  return useState(() => new Keys())[0];
}
