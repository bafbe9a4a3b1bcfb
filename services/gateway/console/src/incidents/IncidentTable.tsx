import { Link } from "react-router";
import { moment } from "../i18n/time";
import { GridName } from "../places/GridName";
import type { Incident } from "./incidents";
import { useLists, wordFor } from "./lists";
import { OnScene } from "./OnScene";
import { incidentTexts } from "./texts";

const COLUMNS = ["classification", "state", "place", "received", "onScene", "reports"] as const;

export function IncidentTable({ incidents }: { incidents: readonly Incident[] }) {
  const { t } = incidentTexts.useText();
  return (
    <table className="book">
      <caption className="quiet">{t("shown", { count: incidents.length })}</caption>
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
        {incidents.map((incident) => (
          <Row key={incident.id} incident={incident} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ incident }: { incident: Incident }) {
  const { t, language } = incidentTexts.useText();
  const { data: lists } = useLists();
  return (
    <tr>
      <td>
        <Link to={`/incidents/${incident.id}`}>
          {wordFor(lists?.classifications, incident.classification, language)}
        </Link>
        {incident.criminal && <span className="late"> {t("criminal")}</span>}
      </td>
      <td>{t(incident.state)}</td>
      <td>
        <GridName code={incident.grid} />
      </td>
      <td>
        <time dateTime={incident.opened_at}>{moment(incident.opened_at, language)}</time>
      </td>
      <td>
        <OnScene incident={incident} />
      </td>
      <td>{incident.reports}</td>
    </tr>
  );
}
