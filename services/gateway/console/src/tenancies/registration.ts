import type { Keys } from "../api/keys";
import type { components } from "../api/generated/rentals";
import { type FieldProblem, Refusal, refusalOf } from "../api/problems";
import { isTwin, resolving, type Typed } from "./person";
import type { Known, Receipts } from "./receipts";

export type TenancyBody = components["schemas"]["TenancyAsked"];
export type Registered = components["schemas"]["TenancyRegisteredAnswer"];

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

interface Person {
  /** Path of the person in the tenancy's request. */
  path: string;
  typed: Typed;
}

export function personsOf({ tenants, letBy }: Pick<Wanted, "tenants" | "letBy">): Person[] {
  const persons = tenants.map((typed, place) => ({ path: `tenants.${place}`, typed }));
  return letBy.by === "person" ? [...persons, { path: "let_by", typed: letBy.person }] : persons;
}

/** What can be seen to be wrong before anybody is asked. */
export function faultsOf(wanted: Wanted, say: { missing: string; twin: string }): FieldProblem[] {
  const faults: FieldProblem[] = [];
  const fault = (field: string, code: keyof typeof say) =>
    faults.push({ field, code, message: say[code] });
  const persons = personsOf(wanted);
  persons.forEach(({ path, typed }, place) => {
    if (typed.name.trim() === "") fault(`${path}.name`, "missing");
    if (typed.number.trim() === "") fault(`${path}.document_number`, "missing");
    else if (persons.slice(0, place).some((before) => isTwin(before.typed, typed))) {
      fault(`${path}.document_number`, "twin");
    }
  });
  if (wanted.firstDay === "") fault("first_day", "missing");
  return faults;
}

interface Tools {
  receipts: Receipts;
  keys: Keys;
  post: (body: TenancyBody, key: string) => Promise<Registered>;
}

const TOO_OLD = new Set(["receipt-expired", "receipt-invalid"]);
const USED = "receipt-used";

/**
 * Resolve who is not resolved yet, and register the tenancy. A receipt that has become too old
 * is made anew from what the form says. One that was used is not: the tenancy may stand already.
 */
export async function register(wanted: Wanted, tools: Tools): Promise<Registered> {
  const persons = personsOf(wanted);
  for (let renewals = persons.length; ; renewals -= 1) {
    const known = await resolveAll(persons, wanted.premisesId, tools.receipts);
    const body = bodyOf(wanted, known);
    try {
      return await tools.keys.run("tenancy", body, (key) => tools.post(body, key));
    } catch (error) {
      const { fields } = refusalOf(error);
      const spent = fields.filter(({ code }) => TOO_OLD.has(code) || code === USED);
      for (const { field } of spent) {
        const place = persons.findIndex(({ path }) => `${path}.receipt` === field);
        tools.receipts.drop(known[place]?.receipt ?? "");
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
      known.push(await receipts.of(resolving(typed, premisesId)));
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

function bodyOf(wanted: Wanted, known: readonly Known[]): TenancyBody {
  const { premisesId, room, firstDay, lastDay, tenants, letBy } = wanted;
  const landlord = known[tenants.length];
  return {
    premises_id: premisesId,
    room,
    let_by:
      letBy.by === "organisation"
        ? { organisation: { name: letBy.name.trim(), credit_code: letBy.creditCode.trim() } }
        : landlord === undefined
          ? null
          : { receipt: landlord.receipt },
    tenants: known.slice(0, tenants.length).map(({ receipt }) => ({ receipt })),
    first_day: firstDay,
    last_day: lastDay,
  };
}
