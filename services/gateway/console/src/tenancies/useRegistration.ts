import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Keys } from "../api/keys";
import { Refusal, refusalOf } from "../api/problems";
import { today } from "../i18n/time";
import { type Premises, premisesKey } from "../premises/premises";
import { NOBODY, resolving, type Typed } from "./person";
import { type Known, Receipts } from "./receipts";
import {
  faultsOf,
  type LetBy,
  mayStandAlready,
  register,
  resolveAll,
  type Wanted,
} from "./registration";
import { postTenancy, resolveIdentity } from "./service";
import { tenancyTexts } from "./texts";

export interface Tenant {
  /** Tells the persons of the form apart while some are removed. */
  row: number;
  typed: Typed;
}

/** What stands in the form. */
export interface Draft {
  room: string;
  firstDay: string;
  lastDay: string;
  tenants: Tenant[];
  letBy: LetBy;
}

/** What was registered, as far as it may still be shown. */
export interface Done {
  premises: Premises;
  wanted: Pick<Wanted, "room" | "firstDay" | "lastDay">;
  tenants: Known["masked"][];
}

const blank = (): Draft => ({
  room: "",
  firstDay: today(),
  lastDay: "",
  tenants: [{ row: 0, typed: NOBODY }],
  letBy: { by: "file", person: NOBODY, name: "", creditCode: "" },
});

/**
 * The form of a tenancy and its way through two services. What was typed of persons is kept in
 * this page alone: in no storage, no address and no cache of queries.
 */
export function useRegistration() {
  const { t } = tenancyTexts.useText();
  const queries = useQueryClient();
  const [receipts] = useState(() => new Receipts(resolveIdentity));
  const [keys] = useState(() => new Keys());
  const [draft, setDraft] = useState(blank);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [done, setDone] = useState<Done | null>(null);

  async function during(act: () => Promise<void>): Promise<void> {
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

  const wanted = (premises: Premises): Wanted => ({
    premisesId: premises.id,
    room: roomOf(draft, premises),
    firstDay: draft.firstDay,
    lastDay: draft.lastDay === "" ? null : draft.lastDay,
    tenants: draft.tenants.map(({ typed }) => typed),
    letBy: draft.letBy,
  });

  return {
    draft,
    busy,
    refusal,
    done,
    change: (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part })),
    /** What is known of a person exactly as typed. */
    known: (typed: Typed, premises: Premises) => receipts.peek(resolving(typed, premises.id)),
    check: (path: string, typed: Typed, premises: Premises) =>
      during(async () => void (await resolveAll([{ path, typed }], premises.id, receipts))),
    submit: (premises: Premises) =>
      during(async () => {
        const asked = wanted(premises);
        const faults = faultsOf(asked, { missing: t("missing"), twin: t("twin") });
        if (faults.length > 0) throw new Refusal(422, { errors: faults });
        try {
          await register(asked, { receipts, keys, post: postTenancy });
        } catch (error) {
          const { status } = refusalOf(error);
          if (status === 409 || mayStandAlready(refusalOf(error))) {
            await queries.invalidateQueries({ queryKey: premisesKey(premises.id) });
          }
          throw error;
        }
        setDone({
          premises,
          wanted: asked,
          tenants: asked.tenants.map(
            (typed) => receipts.peek(resolving(typed, premises.id))?.masked ?? null,
          ),
        });
        receipts.clear();
        setDraft(blank());
        void queries.invalidateQueries({ queryKey: premisesKey(premises.id) });
      }),
    again: () => setDone(null),
  };
}

export type Registration = ReturnType<typeof useRegistration>;

/** The room that is chosen of premises; what was chosen of others before does not count. */
export function roomOf({ room }: Pick<Draft, "room">, premises: Premises): number | null {
  const number = Number(room);
  return room === "" || number > premises.rooms ? null : number;
}
