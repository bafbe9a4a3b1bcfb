import { Alert } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { useAccount } from "../app/account";
import { moment } from "../i18n/time";
import { Disclosure } from "./Disclosure";
import type { IncidentDetail } from "./incidents";
import { handlesIncidents } from "./rights";
import { incidentTexts } from "./texts";
import { Unlink } from "./Unlink";

/** The reports of an incident. A link that was wrong can be undone. */
export function Reports({ incident }: { incident: IncidentDetail }) {
  const { t, language } = incidentTexts.useText();
  const { role } = useAccount();
  const [apart, setApart] = useState<string | null>(null);
  return (
    <section aria-labelledby="heard">
      <h2 id="heard">{t("heard")}</h2>
      {apart !== null && <Unlinked incidentId={apart} />}
      <ul className="rows">
        {incident.told_by.map((report) => (
          <li key={report.id}>
            <p className="spread">
              <time dateTime={report.received_at}>{moment(report.received_at, language)}</time>
              <span>{t(report.source)}</span>
              <span>{t(report.linked ? "joined" : "openedBy")}</span>
              <span className="quiet">
                {t("occurredAt", { time: moment(report.occurred_at, language) })}
              </span>
            </p>
            {handlesIncidents(role) && (
              <>
                <Disclosure incident={incident} reportId={report.id} />
                {report.linked && (
                  <Unlink reportId={report.id} version={report.version} done={setApart} />
                )}
              </>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Says that a report has an incident of its own now, and leads there. */
export function Unlinked({ incidentId }: { incidentId: string }) {
  const { t } = incidentTexts.useText();
  return (
    <Alert
      type="success"
      role="status"
      title={t("unlinked")}
      action={<Link to={`/incidents/${incidentId}`}>{t("toOwn")}</Link>}
    />
  );
}
