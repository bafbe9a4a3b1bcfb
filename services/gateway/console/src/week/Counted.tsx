import { useEffect, useRef } from "react";
import { Link } from "react-router";
import { Loading } from "../app/Loading";
import { More } from "../app/More";
import { NotLoaded } from "../app/NotLoaded";
import { useRoleName, shellTexts } from "../app/texts";
import { refusalOf } from "../api/problems";
import { moment, today } from "../i18n/time";
import { GridName } from "../places/GridName";
import { type Office, officeName } from "../places/offices";
import { useCounted } from "./reading";
import { weekTexts } from "./texts";
import { addressOf, type Figure, type Shown, type WeekNotice } from "./weeks";

interface Props {
  shown: Shown & { figure: Figure };
  count: number;
  offices: readonly Office[] | undefined;
}

/** The notices that a figure counts. */
export function Counted({ shown, count, offices }: Props) {
  const { t, language } = weekTexts.useText();
  const shell = shellTexts.useText();
  const found = useCounted(shown.monday, shown.figure, shown.office);
  const notices = found.data?.pages.flatMap(({ items }) => items) ?? [];
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const office = shown.office === null ? t("all") : officeName(offices, shown.office, language);
  return (
    <section aria-labelledby="counted">
      <div className="spread">
        <h2 id="counted" ref={heading} tabIndex={-1}>
          {t("listed", { office, figure: t(shown.figure), count })}
        </h2>
        <Link
          className="unprinted"
          to={addressOf({ ...shown, figure: null, office: null }, today())}
        >
          {t("close")}
        </Link>
      </div>
      {found.isPending && <Loading label={shell.t("loading")} />}
      {found.data === undefined && found.isError && (
        <NotLoaded
          title={t("listFailed")}
          description={refusalOf(found.error).title}
          retry={found.refetch}
        />
      )}
      {found.data !== undefined && notices.length === 0 && <p role="status">{t("emptyList")}</p>}
      {notices.length > 0 && <Notices notices={notices} offices={offices} />}
      <More found={found} label={t("more")} />
    </section>
  );
}

const COLUMNS = ["notice", "office", "desk", "where", "sent", "until", "taken", "state"] as const;
const STATES = {
  raised: "stateRaised",
  acknowledged: "stateAcknowledged",
  escalated: "stateEscalated",
  stale: "stateStale",
  settled: "stateSettled",
} as const;

function Notices(props: { notices: readonly WeekNotice[]; offices: Props["offices"] }) {
  const { t, language } = weekTexts.useText();
  const roleName = useRoleName();
  return (
    <div className="wide">
      <table className="book">
        <thead>
          <tr>
            {COLUMNS.map((column) => (
              <th key={column} scope="col">
                {t(column)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.notices.map((notice) => (
            <tr key={notice.id}>
              <td>
                <Title notice={notice} />
              </td>
              <td>{officeName(props.offices, notice.office_id, language)}</td>
              <td>{roleName(notice.role)}</td>
              <td>{notice.grid === null ? t("none") : <GridName code={notice.grid} />}</td>
              <td>{moment(notice.raised_at, language)}</td>
              <td>
                {notice.acknowledge_by === null
                  ? t("none")
                  : moment(notice.acknowledge_by, language)}
              </td>
              <td>
                {notice.acknowledged_at === null
                  ? t("none")
                  : moment(notice.acknowledged_at, language)}
              </td>
              <td>{t(STATES[notice.state])}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A notice by its title, which leads to what it is about. */
function Title({ notice }: { notice: WeekNotice }) {
  const { language } = weekTexts.useText();
  const title = language === "en" ? notice.title_en : notice.title_zh;
  if (notice.subject_kind === "incident") {
    return <Link to={`/incidents/${notice.subject_id}`}>{title}</Link>;
  }
  if (notice.premises_id !== null) {
    return <Link to={`/premises/${notice.premises_id}`}>{title}</Link>;
  }
  return <>{title}</>;
}
