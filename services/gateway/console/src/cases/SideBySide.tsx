import type { ReactNode } from "react";
import { useAccount } from "../app/account";
import { GridName } from "../places/GridName";
import { officeAt, officeName, useOffices } from "../places/offices";
import { useResidences, useStatement } from "../persons/person";
import { usePersonDocument } from "../persons/PersonFacts";
import { Span } from "../persons/Residences";
import { searchesPersons } from "../persons/rights";
import { personTexts } from "../persons/texts";
import type { Entry } from "../register/entries";
import type { Case } from "./cases";
import { casesTexts } from "./texts";

type Line = readonly [name: string, register: ReactNode, tenancy: ReactNode];

/**
 * What the register says beside what the new tenancy says. It asks population alone: a question to
 * rentals for the very tenancy of a case would tell there that its tenant is on the register.
 */
export function SideBySide({ shown, entry }: { shown: Case; entry: Entry | null }) {
  const { t, language } = casesTexts.useText();
  const words = personTexts.useText();
  const document = usePersonDocument();
  const { data: offices } = useOffices();
  const places = usePlaces(shown);
  const { person, grid } = shown;
  if (!person || !grid) return <p className="quiet">{t("sealed")}</p>;
  const listed = entry?.person ?? null;
  const phone = (number: string | null) => number ?? words.t("noPhone");
  const here = officeAt(offices, "room", grid);
  const lines: Line[] = [
    [words.t("name"), listed?.name, person.name],
    [words.t("document"), listed && document(listed), document(person)],
    [words.t("phone"), listed && phone(listed.phone), phone(person.phone)],
    [t("grid"), places.before, <GridName key="grid" code={grid} />],
    [t("span"), places.beforeSpan, places.newSpan],
    [
      t("office"),
      entry && officeName(offices, entry.responsible_office, language),
      officeName(offices, here?.office_id ?? null, language),
    ],
  ];
  return (
    <table className="book">
      <caption className="quiet">{t("ground")}</caption>
      <thead>
        <tr>
          <th scope="col">{t("attribute")}</th>
          <th scope="col">{t("register")}</th>
          <th scope="col">{t("tenancy")}</th>
        </tr>
      </thead>
      <tbody>
        {lines.map(([name, register, tenancy]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{register ?? "—"}</td>
            <td>{tenancy ?? "—"}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Where the person lived before and lives now, as far as it lies in the own areas. */
function usePlaces(shown: Case): { before: ReactNode; beforeSpan: ReactNode; newSpan: ReactNode } {
  const { t } = casesTexts.useText();
  const { role } = useAccount();
  const statement = useStatement(shown.case_id);
  const mayRead = searchesPersons(role);
  const { data } = useResidences(
    shown.person?.person_id ?? null,
    mayRead ? (statement?.purpose ?? null) : null,
  );
  if (!mayRead) {
    const untold = t("elsewhere");
    return { before: untold, beforeSpan: untold, newSpan: untold };
  }
  if (data === undefined) {
    const later = <span className="quiet">{t("afterPurpose")}</span>;
    return { before: later, beforeSpan: later, newSpan: later };
  }
  const now = data.filter((residence) => residence.grid === shown.grid).at(-1);
  const before = data.filter((residence) => residence.grid !== shown.grid).at(-1);
  return {
    before: before ? <GridName code={before.grid} /> : t("elsewhere"),
    beforeSpan: before ? <Span residence={before} /> : t("elsewhere"),
    newSpan: now ? <Span residence={now} /> : t("elsewhere"),
  };
}
