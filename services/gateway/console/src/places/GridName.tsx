import { useQuery } from "@tanstack/react-query";
import { shellTexts } from "../app/texts";
import { population } from "../api/client";
import { answered } from "../api/problems";
import { placeName } from "./areas";

const COMMUNITY_DIGITS = 12;

/** A grid by its community and name, wherever in the district it lies. */
export function GridName({ code }: { code: string }) {
  const prefix = code.slice(0, COMMUNITY_DIGITS);
  const { language } = shellTexts.useText();
  const { data } = useQuery({
    queryKey: ["areas", prefix],
    staleTime: Infinity,
    queryFn: async () => {
      const query = { prefix, limit: 200 };
      const page = await answered(
        population.GET("/api/v1/population/areas", { params: { query } }),
      );
      return page.items;
    },
  });
  return <>{data === undefined ? "…" : placeName(data, code, language)}</>;
}
