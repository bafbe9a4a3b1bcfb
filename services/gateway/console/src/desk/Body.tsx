import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { rentals } from "../api/client";
import { answered } from "../api/problems";
import { READING_PREMISES, useAccount } from "../app/account";
import { deskTexts } from "./texts";

/** A notice's text without the line of its premises, which only a page can make readable. */
export function shortBody(body: string, premises: string | null): string {
  if (!premises) return body;
  return body
    .split("\n")
    .filter((line) => !line.includes(premises))
    .join("\n");
}

/** A notice's text with a blank for its premises, as an example shows it. */
export function blankBody(body: string, premises: string | null): string {
  return premises ? body.replaceAll(premises, "……") : body;
}

/** A notice's whole text, with its premises by their address. */
export function Body({ text, premises }: { text: string; premises: string | null }) {
  return text.split("\n").map((line) => {
    if (!premises || !line.includes(premises)) return <p key={line}>{line}</p>;
    const [before, after] = line.split(premises);
    return (
      <p key={line}>
        {before}
        <Premises id={premises} />
        {after}
      </p>
    );
  });
}

/** Premises by their address, which leads to their file. */
export function Premises({ id }: { id: string }) {
  const { t } = deskTexts.useText();
  const { role } = useAccount();
  const { data, error } = useQuery({
    queryKey: ["premises", id],
    staleTime: Infinity,
    queryFn: () =>
      answered(
        rentals.GET("/api/v1/rentals/premises/{premises_id}", {
          params: { path: { premises_id: id } },
        }),
      ),
  });
  if (error !== null) return <>{t("noPremises")}</>;
  if (data === undefined) return <>…</>;
  if (!READING_PREMISES.has(role)) return <>{data.label}</>;
  return <Link to={`/premises/${id}`}>{data.label}</Link>;
}
