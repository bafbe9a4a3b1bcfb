import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "react-router";
import { type Account, firstPage } from "./account";
import { type Page, page } from "./page";

export const DeskPage = page(() => import("../desk/DeskPage"));
export const RulesPage = page(() => import("../rules/RulesPage"));
export const PremisesPage = page(() => import("../premises/PremisesPage"));
export const OnePremisesPage = page(() => import("../premises/OnePremisesPage"));
export const NewTenancyPage = page(() => import("../tenancies/NewTenancyPage"));
export const MinePage = page(() => import("../landlord/MinePage"));
export const IncidentPages = page(() => import("../incidents/IncidentPages"));
export const CommitteePages = page(() => import("../committee/CommitteePages"));
export const RegisterPages = page(() => import("../register/RegisterPages"));
export const CasesPages = page(() => import("../cases/CasesPages"));
export const PersonsPage = page(() => import("../persons/PersonsPage"));
export const WeekPage = page(() => import("../week/WeekPage"));
export const OperationsPage = page(() => import("../operations/OperationsPage"));
export const AccountPage = page(() => import("../account/AccountPage"));

/** Which page stands at an address, by the first part of its path. */
const AT: Record<string, Page> = {
  desk: DeskPage,
  rules: RulesPage,
  premises: PremisesPage,
  tenancies: NewTenancyPage,
  mine: MinePage,
  incidents: IncidentPages,
  committee: CommitteePages,
  register: RegisterPages,
  cases: CasesPages,
  persons: PersonsPage,
  week: WeekPage,
  operations: OperationsPage,
  account: AccountPage,
};

/** Fetch the page of a path; nothing where there is none. */
export async function loadPage(path: string): Promise<void> {
  await AT[path.split("/")[1] ?? ""]?.load();
}

/** Whether the page that an account first sees is there, or cannot be had. */
export function useFirstPage(account: Account): boolean {
  const { pathname } = useLocation();
  const [asked] = useState(pathname);
  const path = firstPage(asked, account);
  const { isPending } = useQuery({
    queryKey: ["page", path],
    queryFn: async () => {
      await loadPage(path);
      return true;
    },
    retry: false,
    staleTime: Infinity,
  });
  return !isPending;
}
