import { clockText, moment, useNow } from "../i18n/time";
import { casesTexts } from "./texts";

/** Until when something has to be done, and how long that still is. */
export function Deadline({ until }: { until: string }) {
  const { t, language } = casesTexts.useText();
  const left = Date.parse(until) - useNow();
  return (
    <>
      {moment(until, language)}{" "}
      <span role="timer" className={left < 0 ? "clock late" : "clock"}>
        {t(left < 0 ? "over" : "left", { time: clockText(left) })}
      </span>
    </>
  );
}
