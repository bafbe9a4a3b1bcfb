import { useQuery } from "@tanstack/react-query";
import { rentals } from "../api/client";
import { answered } from "../api/problems";
import { deskTexts } from "./texts";

// A notice names premises by their id, for a rule lets no text through. Nobody can read an id.
const PREMISES = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

/** A notice's text without the lines that only a page can make readable. */
export function shortBody(body: string): string {
  const lines = body.split("\n");
  return lines.filter((line) => !PREMISES.test(line)).join("\n");
}

/** A notice's text with a blank for premises, as an example shows it. */
export function blankBody(body: string): string {
  return body.replaceAll(new RegExp(PREMISES, "g"), "……");
}

/** A notice's whole text, with premises by their address. */
export function Body({ text }: { text: string }) {
  return text.split("\n").map((line) => {
    const id = PREMISES.exec(line)?.[0];
    if (id === undefined) return <p key={line}>{line}</p>;
    const [before, after] = line.split(id);
    return (
      <p key={line}>
        {before}
        <Premises id={id} />
        {after}
      </p>
    );
  });
}

/** Premises by their address. */
export function Premises({ id }: { id: string }) {
  const { t } = deskTexts.useText();
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
  return <>{data?.label ?? "…"}</>;
}
