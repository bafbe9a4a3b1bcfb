import { useState } from "react";
import { useKeys } from "../api/keys";
import { type Refusal, refusalOf } from "../api/problems";
import { resolution, type Typed } from "./person";
import { Receipts } from "./receipts";
import { resolveAll } from "./registration";
import { resolveIdentity } from "./service";

/**
 * The persons of one form on their way through population, and what was refused of the form.
 * What was typed of them stays in this page: in no storage, no address and no cache of queries.
 */
export function useResolving() {
  const [receipts] = useState(() => new Receipts(resolveIdentity));
  const keys = useKeys();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);

  /** Do one thing at a time; what it throws is shown. */
  async function during(act: () => Promise<unknown>): Promise<void> {
    if (busy) return;
    setBusy(true);
    setRefusal(null);
    try {
      await act();
    } catch (error) {
      setRefusal(refusalOf(error));
    } finally {
      setBusy(false);
    }
  }

  return {
    receipts,
    keys,
    busy,
    refusal,
    during,
    /** What is known of a person exactly as typed. */
    known: (typed: Typed, premisesId: string) => receipts.peek(resolution(typed, premisesId)),
    check: (path: string, typed: Typed, premisesId: string) =>
      during(() => resolveAll([{ path, typed }], premisesId, receipts)),
  };
}

export type Resolving = ReturnType<typeof useResolving>;
