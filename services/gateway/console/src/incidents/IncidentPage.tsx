import { Alert } from "antd";
import { Link, useParams } from "react-router";
import { useAccount } from "../app/account";
import { type FactRow, Facts } from "../app/Facts";
import { Loading } from "../app/Loading";
import { shellTexts } from "../app/texts";
import { refusalOf } from "../api/problems";
import { Premises } from "../desk/Body";
import { useDesk } from "../desk/store";
import { moment } from "../i18n/time";
import { GridName } from "../places/GridName";
import { Actions } from "./Actions";
import { type IncidentDetail, useIncident } from "./incidents";
import { useLists, wordFor } from "./lists";
import { OnScene } from "./OnScene";
import { Reports } from "./Reports";
import { handlesIncidents } from "./rights";
import { incidentTexts } from "./texts";
import { Timeline } from "./Timeline";

export function IncidentPage() {
  const { incidentId = "" } = useParams();
  return <Incident key={incidentId} id={incidentId} />;
}

function Incident({ id }: { id: string }) {
  const { t } = incidentTexts.useText();
  const shell = shellTexts.useText();
  const { role } = useAccount();
  const { data, error } = useIncident(id);
  if (data === undefined) {
    if (error === null) return <Loading label={shell.t("loading")} />;
    const title = refusalOf(error).unsure ? t("failed") : t("gone");
    return (
      <>
        <h1>{shell.t("/incidents")}</h1>
        <Alert type="error" role="alert" title={title} />
        <Link to="/incidents">{t("back")}</Link>
      </>
    );
  }
  return (
    <>
      <Heading incident={data} />
      <DeskNotice id={id} />
      <Known incident={data} />
      {handlesIncidents(role) && <Actions incident={data} />}
      <Reports incident={data} />
      <Timeline incident={data} />
    </>
  );
}

function Heading({ incident }: { incident: IncidentDetail }) {
  const { t, language } = incidentTexts.useText();
  const { data: lists } = useLists();
  return (
    <div className="spread titled">
      <h1>{wordFor(lists?.classifications, incident.classification, language)}</h1>
      {incident.criminal && <strong className="late">{t("criminal")}</strong>}
      <span role="status">{t(incident.state)}</span>
      <Link className="unprinted" to="/incidents">
        {t("back")}
      </Link>
    </div>
  );
}

/** The way back to a notice of this incident that still waits at the desk. */
function DeskNotice({ id }: { id: string }) {
  const { t } = incidentTexts.useText();
  const { notices } = useDesk();
  const waiting = [...notices.rows.values()].find(
    ({ subject_kind, subject_id }) => subject_kind === "incident" && subject_id === id,
  );
  if (waiting === undefined) return null;
  return (
    <p>
      <Link to={`/desk/${waiting.id}`}>{t("toNotice")}</Link>
    </p>
  );
}

function Known({ incident }: { incident: IncidentDetail }) {
  const { t, language } = incidentTexts.useText();
  const { data: lists } = useLists();
  const time = (name: string, at: string | null): FactRow =>
    at === null ? null : [name, moment(at, language)];
  const { premises_id, method, tip, outcome } = incident;
  const rows: FactRow[] = [
    [t("onScene"), <OnScene key="clock" incident={incident} />],
    time(t("arriveBy"), incident.arrive_by),
    time(t("arrivedAt"), incident.arrived_at),
    [t("place"), <GridName key="place" code={incident.grid} />],
    premises_id === null ? null : [t("address"), <Premises key="premises" id={premises_id} />],
    time(t("received"), incident.opened_at),
    [t("source"), t(incident.source)],
    method === null ? null : [t("method"), wordFor(lists?.methods, method, language)],
    tip === null ? null : [t("tip"), wordFor(lists?.tips, tip, language)],
    time(t("closedAt"), incident.closed_at),
    outcome === null ? null : [t("outcome"), t(outcome)],
  ];
  return (
    <div className="panel">
      <Facts rows={rows} />
    </div>
  );
}
