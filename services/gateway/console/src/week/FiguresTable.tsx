import { Link } from "react-router";
import { today } from "../i18n/time";
import { type Office, officeName } from "../places/offices";
import { weekTexts } from "./texts";
import { addressOf, FIGURES, type Figure, type Figures, PRESSING, totalOf } from "./weeks";
import type { OfficeWeek, Shown } from "./weeks";

interface Props {
  rows: readonly OfficeWeek[];
  offices: readonly Office[] | undefined;
  shown: Shown;
}

/** Office by office how many notices went which way; a number leads to those notices. */
export function FiguresTable({ rows, offices, shown }: Props) {
  const { t, language } = weekTexts.useText();
  return (
    <div className="wide">
      <table className="book">
        <caption className="quiet">{t("figures")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("office")}</th>
            {FIGURES.map((figure) => (
              <th key={figure} scope="col">
                {t(figure)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row
              key={row.office_id}
              name={officeName(offices, row.office_id, language)}
              figures={row}
              shown={{ ...shown, office: row.office_id }}
              current={row.office_id === shown.office ? shown.figure : null}
            />
          ))}
        </tbody>
        {rows.length > 1 && (
          <tfoot>
            <Row
              name={t("total")}
              figures={totalOf(rows)}
              shown={{ ...shown, office: null }}
              current={shown.office === null ? shown.figure : null}
            />
          </tfoot>
        )}
      </table>
    </div>
  );
}

function Row(props: { name: string; figures: Figures; shown: Shown; current: Figure | null }) {
  const { name, figures, shown, current } = props;
  const { t } = weekTexts.useText();
  return (
    <tr>
      <th scope="row">{name}</th>
      {FIGURES.map((figure) => (
        <td key={figure}>
          {figures[figure] === 0 ? (
            <span className="quiet">0</span>
          ) : (
            <Link
              className={PRESSING.has(figure) ? "late" : undefined}
              to={addressOf({ ...shown, figure }, today())}
              aria-current={figure === current ? "true" : undefined}
              aria-label={t("link", { office: name, figure: t(figure), count: figures[figure] })}
            >
              {figures[figure]}
            </Link>
          )}
        </td>
      ))}
    </tr>
  );
}
