import { useQuery } from "@tanstack/react-query";
import type { Account } from "../app/account";
import { population } from "../api/client";
import type { components } from "../api/generated/population";
import { pagesUpTo } from "../api/pages";
import { answered } from "../api/problems";
import type { Language } from "../i18n/language";
import { commonCode } from "./codes";

export type Area = components["schemas"]["AreaView"];

const AREAS_MAX = 2_000;

/** The places that an account works for. */
export function useAreas(account: Account) {
  const prefix = commonCode(account.areas);
  return useQuery({
    queryKey: ["areas", prefix],
    enabled: prefix !== null,
    staleTime: Infinity,
    queryFn: async () => {
      const below = prefix?.slice(0, 12) ?? "";
      const { items } = await pagesUpTo(AREAS_MAX, (page) =>
        answered(
          population.GET("/api/v1/population/areas", {
            params: { query: { prefix: below, ...page } },
          }),
        ),
      );
      return items;
    },
  });
}

/** A place by its name, with the community before the grid where it is known. */
export function placeName(areas: readonly Area[], code: string, language: Language): string {
  const name = (area: Area | undefined) => (language === "en" ? area?.name_en : area?.name_zh);
  const area = areas.find((each) => each.code === code);
  if (area === undefined) return code;
  const above = areas.find((each) => each.code === area.parent_code && each.level === "community");
  const [community, grid] = [name(above), name(area)];
  // A grid that is named after its community says both.
  if (community === undefined || grid?.startsWith(community)) return grid ?? code;
  return [community, grid].join(language === "en" ? ", " : " ");
}
