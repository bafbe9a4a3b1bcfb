import { type FactRow, Facts } from "../app/Facts";
import type { Disclosed, Masked } from "./person";
import { personTexts } from "./texts";

/** A person's name, document and phone, masked or in the clear. */
export function PersonFacts({ person }: { person: Masked | Disclosed }) {
  const { t } = personTexts.useText();
  const document = usePersonDocument();
  const rows: FactRow[] = [
    [t("name"), person.name],
    [t("document"), document(person)],
    [t("phone"), person.phone ?? t("noPhone")],
  ];
  return <Facts rows={rows} />;
}

/** How a person's document is told: its kind and its number. */
export function usePersonDocument(): (person: Masked | Disclosed) => string {
  const { t } = personTexts.useText();
  return ({ document_kind: kind, document_number: number }) =>
    `${t(kind === "resident_id" || kind === "passport" ? kind : "other")} ${number}`;
}
