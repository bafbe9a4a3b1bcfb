import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Refusal, refusalOf } from "../api/problems";
import { today } from "../i18n/time";
import { type Premises, premisesKey } from "../premises/premises";
import { NOBODY, type Typed } from "./person";
import type { Known } from "./receipts";
import {
  faultsOf,
  type LetBy,
  mayStandAlready,
  naming,
  personsOf,
  tenancyBody,
  type Wanted,
} from "./registration";
import { postTenancy } from "./service";
import { tenancyTexts } from "./texts";
import { useResolving } from "./useResolving";

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
export interface Done extends Pick<Wanted, "room" | "firstDay" | "lastDay"> {
  premises: Premises;
  tenants: Known["masked"][];
}

const blank = (): Draft => ({
  room: "",
  firstDay: today(),
  lastDay: "",
  tenants: [{ row: 0, typed: NOBODY }],
  letBy: { by: "file", person: NOBODY, name: "", creditCode: "" },
});

/** The form of a tenancy, and its way through two services. */
export function useRegistration() {
  const { t } = tenancyTexts.useText();
  const queries = useQueryClient();
  const resolving = useResolving();
  const { receipts, keys, during, known } = resolving;
  const [draft, setDraft] = useState(blank);
  const [done, setDone] = useState<Done | null>(null);

  async function register(wanted: Wanted): Promise<void> {
    const persons = personsOf(wanted);
    const missing = t("missing");
    const faults = faultsOf(persons, { missing, twin: t("twin") });
    if (wanted.firstDay === "") {
      faults.push({ field: "first_day", code: "missing", message: missing });
    }
    if (faults.length > 0) throw new Refusal(422, { errors: faults });
    await naming(persons, wanted.premisesId, receipts, (known) => {
      const body = tenancyBody(wanted, known);
      return keys.run("tenancy", body, (key) => postTenancy(body, key));
    });
  }

  async function submit(premises: Premises): Promise<void> {
    const wanted = wantedOf(draft, premises);
    const readAgain = () => queries.invalidateQueries({ queryKey: premisesKey(premises.id) });
    try {
      await register(wanted);
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal.status === 409 || mayStandAlready(refusal)) await readAgain();
      throw refusal;
    }
    const { room, firstDay, lastDay, tenants } = wanted;
    setDone({
      ...{ premises, room, firstDay, lastDay },
      tenants: tenants.map((typed) => known(typed, premises.id)?.masked ?? null),
    });
    receipts.clear();
    setDraft(blank());
    void readAgain();
  }

  return {
    resolving,
    draft,
    done,
    change: (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part })),
    submit: (premises: Premises) => during(() => submit(premises)),
    again: () => setDone(null),
  };
}

export type Registration = ReturnType<typeof useRegistration>;

function wantedOf(draft: Draft, premises: Premises): Wanted {
  return {
    premisesId: premises.id,
    room: roomOf(draft, premises),
    firstDay: draft.firstDay,
    lastDay: draft.lastDay === "" ? null : draft.lastDay,
    tenants: draft.tenants.map(({ typed }) => typed),
    letBy: draft.letBy,
  };
}

/** The room that is chosen of premises; what was chosen of others before does not count. */
export function roomOf({ room }: Pick<Draft, "room">, premises: Premises): number | null {
  const number = Number(room);
  return room === "" || number > premises.rooms ? null : number;
}
