import { Button } from "antd";
import { Link, useSearchParams } from "react-router";
import { Loading } from "../app/Loading";
import { NotLoaded } from "../app/NotLoaded";
import { shellTexts } from "../app/texts";
import { refusalOf } from "../api/problems";
import { today } from "../i18n/time";
import { useOffices } from "../places/offices";
import { Counted } from "./Counted";
import { FiguresTable } from "./FiguresTable";
import { useWeek } from "./reading";
import { weekTexts } from "./texts";
import { addressOf, daysAfter, inOrder, mondayOf, type Shown, shownOf, totalOf } from "./weeks";

/** A week of the desks below a head: figures by office, each leading to what it counts. */
export default function WeekPage() {
  const { t } = weekTexts.useText();
  const shell = shellTexts.useText();
  const shown = shownOf(useSearchParams()[0], today());
  const { data, error, refetch } = useWeek(shown.monday);
  const { data: offices } = useOffices();
  const rows = inOrder(data?.offices ?? [], offices);
  const listed = shown.office === null ? totalOf(rows) : rows.find(ofOffice(shown.office));
  return (
    <>
      <h1>{shell.t("/week")}</h1>
      <p className="quiet">{t("intro")}</p>
      <WeekChoice monday={shown.monday} />
      {data === undefined && error === null && <Loading label={shell.t("loading")} />}
      {data === undefined && error !== null && (
        <NotLoaded title={t("failed")} description={refusalOf(error).title} retry={refetch} />
      )}
      {data !== undefined && rows.length === 0 && <Empty />}
      {rows.length > 0 && (
        <>
          <FiguresTable rows={rows} offices={offices} shown={shown} />
          <Meaning />
        </>
      )}
      {shown.figure !== null && (
        <Counted
          key={`${shown.monday} ${shown.figure} ${shown.office}`}
          shown={{ ...shown, figure: shown.figure }}
          count={listed?.[shown.figure] ?? 0}
          offices={offices}
        />
      )}
    </>
  );
}

const ofOffice = (id: string) => (row: { office_id: string }) => row.office_id === id;

function WeekChoice({ monday }: { monday: string }) {
  const { t } = weekTexts.useText();
  const present = mondayOf(today());
  const to = (week: string) =>
    addressOf({ monday: week, figure: null, office: null } satisfies Shown, today());
  return (
    <div className="spread">
      <strong role="status">
        {t("days", { first: monday, last: daysAfter(monday, 6) })}
      </strong>
      <nav className="spread unprinted" aria-label={t("which")}>
        <Link to={to(daysAfter(monday, -7))}>{t("before")}</Link>
        {monday !== present && <Link to={to(present)}>{t("present")}</Link>}
        {monday < present && <Link to={to(daysAfter(monday, 7))}>{t("after")}</Link>}
      </nav>
      <Button className="unprinted" onClick={() => window.print()}>
        {t("print")}
      </Button>
    </div>
  );
}

function Empty() {
  const { t } = weekTexts.useText();
  return (
    <div className="panel" role="status">
      <p>{t("empty")}</p>
      <Link to="/desk">{t("toDesk")}</Link>
    </div>
  );
}

const MEANINGS = [
  "meaningSum",
  "meaningLate",
  "meaningSettled",
  "meaningEscalated",
  "meaningOverdue",
  "meaningMissed",
] as const;

function Meaning() {
  const { t } = weekTexts.useText();
  return (
    <details className="unprinted">
      <summary>{t("meaning")}</summary>
      <ul>
        {MEANINGS.map((each) => (
          <li key={each}>{t(each)}</li>
        ))}
      </ul>
    </details>
  );
}
