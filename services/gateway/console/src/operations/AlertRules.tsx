import { useNow } from "../i18n/time";
import { type Alert, ALERTS, figureOf } from "./figures";
import type { Seen } from "./reading";
import { operationsTexts, spanText } from "./texts";
import { Code } from "./Word";
import { firstTexts } from "./words";

/** What monitoring watches, above which figure it calls, and how things stand at this moment. */
export function AlertRules({ seen }: { seen: readonly Seen[] }) {
  const { t } = operationsTexts.useText();
  return (
    <section aria-labelledby="alerts">
      <h2 id="alerts">{t("alerts")}</h2>
      <p className="quiet">{t("alertsIntro")}</p>
      <table className="book">
        <thead>
          <tr>
            <th scope="col">{t("rule")}</th>
            <th scope="col">{t("watched")}</th>
            <th scope="col">{t("now")}</th>
          </tr>
        </thead>
        {ALERTS.map((alert) => (
          <OneAlert key={alert.alert} alert={alert} seen={seen} />
        ))}
      </table>
    </section>
  );
}

function OneAlert({ alert, seen }: { alert: Alert; seen: readonly Seen[] }) {
  const { t, language } = operationsTexts.useText();
  const first = firstTexts.useText();
  const now = useNow();
  const zh = language === "zh-CN";
  const lasting = alert.lasting_seconds;
  const said = (unit: string, value: number) =>
    unit === "s" ? spanText(t, value) : String(value);
  return (
    <tbody>
      {alert.limits.map((limit, at) => {
        const figure = figureOf(limit, seen, now);
        const beyond = figure !== null && figure > limit.above;
        return (
          <tr key={limit.metric}>
            {at === 0 && (
              <th scope="rowgroup" rowSpan={alert.limits.length}>
                <div>{zh ? alert.title.zh : alert.title.en}</div>
                <div className="quiet">
                  {t(alert.severity === "page" ? "page" : "ticket")} ·{" "}
                  {lasting === 0 ? t("atOnce") : t("lasting", { time: spanText(t, lasting) })}
                </div>
                <div className="quiet">
                  {first.t(firstTexts.has(alert.alert) ? alert.alert : "other")} {t("runbook")}{" "}
                  <Code text={alert.runbook} />
                </div>
              </th>
            )}
            <td>
              <div>{zh ? limit.watches.zh : limit.watches.en}</div>
              {t("limit")} {said(limit.unit, limit.above)}
            </td>
            <td className={beyond ? "late" : undefined}>
              {figure === null ? t("unknown") : said(limit.unit, figure)}
            </td>
          </tr>
        );
      })}
    </tbody>
  );
}
