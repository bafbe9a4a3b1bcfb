import { moment } from "../i18n/time";
import { officeName, useOffices } from "../places/offices";
import type { Responsible } from "./cases";
import { casesTexts } from "./texts";

interface Props {
  responsible: Responsible | null;
  /** What else is to be said of it. */
  note?: string | undefined;
}

/** Who is responsible at this moment: it stays on the screen wherever the page is scrolled to. */
export function ResponsibleNow({ responsible, note }: Props) {
  const { t, language } = casesTexts.useText();
  const { data: offices } = useOffices();
  return (
    <p className="responsible" role="status">
      {t("responsible")}{" "}
      <strong>
        {responsible === null
          ? t("unknownResponsible")
          : officeName(offices, responsible.office, language)}
      </strong>{" "}
      {typeof responsible?.since === "string" && (
        <span className="quiet">
          {t("responsibleSince", { when: moment(responsible.since, language) })}
        </span>
      )}{" "}
      {note !== undefined && <span className="quiet">{note}</span>}
    </p>
  );
}
