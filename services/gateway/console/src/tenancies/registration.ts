import type { components } from "../api/generated/rentals";
import { type FieldProblem, Refusal, refusalOf } from "../api/problems";
import { isTwin, resolution, type Typed } from "./person";
import type { Known, Receipts } from "./receipts";

export type TenancyBody = components["schemas"]["TenancyAsked"];
type LetByBody = NonNullable<TenancyBody["let_by"]>;

export interface LetBy {
  by: "file" | "person" | "organisation";
  person: Typed;
  name: string;
  creditCode: string;
}

/** What a form says of a tenancy. */
export interface Wanted {
  premisesId: string;
  room: number | null;
  firstDay: string;
  lastDay: string | null;
  tenants: readonly Typed[];
  letBy: LetBy;
}

export interface Person {
  /** Path of the person in the tenancy's request. */
  path: string;
  typed: Typed;
}

export function personsOf({ tenants, letBy }: Pick<Wanted, "tenants" | "letBy">): Person[] {
  const persons = tenants.map((typed, place) => ({ path: `tenants.${place}`, typed }));
  return letBy.by === "person" ? [...persons, { path: "let_by", typed: letBy.person }] : persons;
}

/** What can be seen to be wrong with persons before anybody is asked. */
export function faultsOf(
  persons: readonly Person[],
  say: { missing: string; twin: string },
): FieldProblem[] {
  const faults: FieldProblem[] = [];
  const fault = (field: string, code: keyof typeof say) =>
    faults.push({ field, code, message: say[code] });
  persons.forEach(({ path, typed }, place) => {
    if (typed.name.trim() === "") fault(`${path}.name`, "missing");
    if (typed.number.trim() === "") fault(`${path}.document_number`, "missing");
    else if (persons.slice(0, place).some((before) => isTwin(before.typed, typed))) {
      fault(`${path}.document_number`, "twin");
    }
  });
  return faults;
}

const TOO_OLD = new Set(["receipt-expired", "receipt-invalid"]);
const USED = "receipt-used";

/**
 * Resolve who is not resolved yet, and send what names them. A receipt that has become too old
 * is made anew from what the form says. One that was used is not: what was sent may stand already.
 */
export async function naming<Result>(
  persons: readonly Person[],
  premisesId: string,
  receipts: Receipts,
  send: (known: readonly Known[]) => Promise<Result>,
): Promise<Result> {
  for (let renewals = persons.length; ; renewals -= 1) {
    const known = await resolveAll(persons, premisesId, receipts);
    try {
      return await send(known);
    } catch (error) {
      const { fields } = refusalOf(error);
      const spent = fields.filter(({ code }) => TOO_OLD.has(code) || code === USED);
      for (const { field } of spent) {
        const place = persons.findIndex(({ path }) => `${path}.receipt` === field);
        receipts.drop(known[place]?.receipt ?? "");
      }
      const renewable = spent.length > 0 && spent.every(({ code }) => TOO_OLD.has(code));
      if (!renewable || renewals === 0) throw error;
    }
  }
}

/** Whether a refusal says that a receipt was used: by this form, in a request it had no answer to. */
export function mayStandAlready(refusal: Refusal | null): boolean {
  return refusal?.fields.some(({ code }) => code === USED) ?? false;
}

/**
 * Resolve persons, one after the other, and say in one refusal what is wrong with which of them.
 * What is wrong with no field (no answer, no session, too many numbers) holds for all: it ends it.
 */
export async function resolveAll(
  persons: readonly Person[],
  premisesId: string,
  receipts: Receipts,
): Promise<Known[]> {
  const known: Known[] = [];
  const refusals: Refusal[] = [];
  const fields: FieldProblem[] = [];
  for (const { path, typed } of persons) {
    try {
      known.push(await receipts.of(resolution(typed, premisesId)));
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal.fields.length === 0) throw refusal;
      refusals.push(refusal);
      fields.push(...refusal.fields.map((each) => ({ ...each, field: `${path}.${each.field}` })));
    }
  }
  const [first] = refusals;
  if (first !== undefined) {
    throw new Refusal(first.status, { title: first.title ?? undefined, errors: fields });
  }
  return known;
}

/** The request of a tenancy whose persons were resolved, in the order of `personsOf`. */
export function tenancyBody(wanted: Wanted, known: readonly Known[]): TenancyBody {
  const { premisesId, room, firstDay, lastDay, tenants, letBy } = wanted;
  return {
    premises_id: premisesId,
    room,
    let_by: letByBody(letBy, known[tenants.length]),
    tenants: known.slice(0, tenants.length).map(({ receipt }) => ({ receipt })),
    first_day: firstDay,
    last_day: lastDay,
  };
}

export function letByBody(letBy: LetBy, landlord: Known | undefined): LetByBody | null {
  if (letBy.by === "organisation") {
    return { organisation: { name: letBy.name.trim(), credit_code: letBy.creditCode.trim() } };
  }
  return landlord === undefined ? null : { receipt: landlord.receipt };
}
