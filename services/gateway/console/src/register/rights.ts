import type { Account } from "../app/account";
import type { Entry } from "./entries";

const POLICE = new Set(["officer", "room_head"]);

/** Who reads the register and residence changes of the own office; a committee hears of neither. */
export function readsRegister(role: string): boolean {
  return POLICE.has(role) || role === "justice";
}

/** Whether an account's desk makes entries: the police of a room. The service decides. */
export function mayEnter({ role, office }: Account): boolean {
  return POLICE.has(role) && office?.kind === "room";
}

/** Whether an account's office answers for an entry, and so reviews and ends it. */
export function answersFor(account: Account, entry: Entry): boolean {
  return POLICE.has(account.role) && account.office?.id === entry.responsible_office;
}
