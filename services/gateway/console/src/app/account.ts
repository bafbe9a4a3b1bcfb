import { queryOptions, useQuery } from "@tanstack/react-query";
import { gateway } from "../api/client";
import type { components } from "../api/generated/gateway";
import { answered } from "../api/problems";
import { readsIncidents } from "../incidents/rights";
import { searchesPersons } from "../persons/rights";
import { readsRegister } from "../register/rights";
import { readsWeek } from "../week/rights";

export type Account = components["schemas"]["MeBody"];

export const ACCOUNT = queryOptions({
  queryKey: ["account"],
  queryFn: () => answered(gateway.GET("/api/v1/gateway/me")),
  staleTime: 60_000,
});

export function useAccountQuery() {
  return useQuery(ACCOUNT);
}

/** The account of this session; the shell shows no page before it is known. */
export function useAccount(): Account {
  const { data } = useAccountQuery();
  if (data === undefined) throw new Error("a page was shown before the account was known");
  return data;
}

const READING_RULES = new Set([
  ...["officer", "room_head", "station_head", "bureau", "committee", "justice", "ops", "auditor"],
]);

export const READING_PREMISES = new Set(["officer", "room_head", "station_head", "bureau"]);
/** Who files premises, and who registers, extends and ends tenancies. */
export const FILING = new Set(["officer", "room_head"]);
export const REGISTERING = new Set(["officer", "room_head", "landlord"]);

/**
 * The pages that an account has a use for, the one where its day begins first; the services decide
 * what it may do there.
 */
export function pagesOf(account: Account): string[] {
  const pages: string[] = [];
  // No rule tells the bureau of anything: its desk stands in for an office that is not there.
  if (account.role === "bureau") pages.push("/week");
  if (account.desks.length > 0) pages.push("/desk");
  if (readsWeek(account.role)) pages.push("/week");
  if (account.role === "ops") pages.push("/operations");
  if (account.role === "landlord") pages.push("/mine");
  if (FILING.has(account.role)) pages.push("/tenancies/new");
  if (READING_PREMISES.has(account.role)) pages.push("/premises");
  if (readsIncidents(account.role)) pages.push("/incidents");
  if (account.role === "committee") pages.push("/committee/report", "/committee/receipts");
  if (readsRegister(account.role)) pages.push("/register", "/cases");
  if (searchesPersons(account.role)) pages.push("/persons");
  if (READING_RULES.has(account.role)) pages.push("/rules");
  pages.push("/account");
  return [...new Set(pages)];
}

/** The page that an address leads to; the bare one leads to where the account's day begins. */
export function firstPage(asked: string, account: Account): string {
  return asked === "/" ? (pagesOf(account)[0] ?? "/account") : asked;
}
