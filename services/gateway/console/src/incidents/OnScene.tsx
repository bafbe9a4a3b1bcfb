import { clockText, useNow } from "../i18n/time";
import type { Incident } from "./incidents";
import { dutyOf } from "./duty";
import { incidentTexts } from "./texts";

/** The on-scene clock of an incident, running down, or how it ended. */
export function OnScene({ incident }: { incident: Incident }) {
  const { t } = incidentTexts.useText();
  const duty = dutyOf(incident, useNow());
  switch (duty.state) {
    case "none":
      return <span className="quiet">{t("noDuty")}</span>;
    case "unmet":
      return <span className="late">{t("unmet")}</span>;
    case "arrived":
      if (duty.ms === 0) return <span>{t("arrivedInTime")}</span>;
      return <span className="late">{t("arrivedLate", { time: clockText(duty.ms) })}</span>;
    case "running":
      return (
        <span role="timer" className={duty.ms < 0 ? "clock late" : "clock"}>
          {t(duty.ms < 0 ? "over" : "left", { time: clockText(duty.ms) })}
        </span>
      );
  }
}
