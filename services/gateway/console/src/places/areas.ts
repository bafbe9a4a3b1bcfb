import { useQuery } from "@tanstack/react-query";
import type { Account } from "../app/account";
import { population } from "../api/client";
import type { components } from "../api/generated/population";
import { pagesUpTo } from "../api/pages";
import { answered } from "../api/problems";
import type { Language } from "../i18n/language";

export type Area = components["schemas"]["AreaView"];

const AREAS_MAX = 2_000;

/** The longest code that all of an account's ranges lie below; a county has six digits. */
export function commonCode(ranges: Account["areas"]): string | null {
  const codes = ranges.flatMap(({ first, end }) => [first, String(BigInt(end) - 1n)]);
  const [one, ...others] = codes.map((code) => code.padEnd(15, "0"));
  if (one === undefined) return null;
  for (let length = 15; length >= 6; length -= 3) {
    const prefix = one.slice(0, length);
    if (others.every((code) => code.startsWith(prefix))) return prefix;
  }
  return null;
}

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
