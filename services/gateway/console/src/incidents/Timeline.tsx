import { useRoleName } from "../app/texts";
import { moment } from "../i18n/time";
import { officeName, useOffices } from "../places/offices";
import type { IncidentDetail } from "./incidents";
import { incidentTexts } from "./texts";
import { type Step, timelineOf } from "./steps";

/** What happened to an incident, in order, and which desk did it. */
export function Timeline({ incident }: { incident: IncidentDetail }) {
  const { t, language } = incidentTexts.useText();
  const roleName = useRoleName();
  const { data: offices } = useOffices();
  const said = (step: Step): string => {
    switch (step.what) {
      case "opened":
        return t("stepOpened", { source: t(step.source) });
      case "linked":
        return t("stepLinked", { source: t(step.source) });
      case "missed":
        return t("stepMissed");
      case "arrived":
        return t("stepArrived");
      case "closed":
        return t("stepClosed", { outcome: incident.outcome === null ? "" : t(incident.outcome) });
    }
  };
  const desk = ({ by }: Step): string =>
    by === null ? "" : `${officeName(offices, by.office_id, language)} ${roleName(by.role)}`;
  return (
    <section aria-labelledby="timeline">
      <h2 id="timeline">{t("timeline")}</h2>
      <ol className="panel timeline">
        {timelineOf(incident).map((step) => (
          <li key={`${step.what} ${step.at}`}>
            <time dateTime={step.at}>{moment(step.at, language)}</time> {said(step)}{" "}
            <span className="quiet">{desk(step)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
