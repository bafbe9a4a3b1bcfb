import { useQuery } from "@tanstack/react-query";
import { population } from "../api/client";
import type { components } from "../api/generated/population";
import { allPages } from "../api/pages";
import { answered } from "../api/problems";
import type { Language } from "../i18n/language";

export type Office = components["schemas"]["OfficeView"];

/** All offices of the district: some dozens, and public to every account. */
export function useOffices() {
  return useQuery({
    queryKey: ["offices"],
    staleTime: Infinity,
    queryFn: () =>
      allPages((query) =>
        answered(population.GET("/api/v1/population/offices", { params: { query } })),
      ),
  });
}

/** An office by its name; an ellipsis until the offices are known, for nobody can read an id. */
export function officeName(
  offices: readonly Office[] | undefined,
  id: string | null,
  language: Language,
): string {
  const office = offices?.find((each) => each.office_id === id);
  if (office === undefined) return "…";
  return language === "en" ? office.name_en : office.name_zh;
}

/** The office of a kind that works for a grid now. */
export function officeAt(
  offices: readonly Office[] | undefined,
  kind: Office["kind"],
  grid: string,
): Office | undefined {
  return offices?.find((each) => each.kind === kind && each.grids.includes(grid));
}
