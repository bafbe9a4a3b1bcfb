import { clockText, useNow } from "../i18n/time";
import type { Notice } from "./notices";
import { deskTexts } from "./texts";

/** How long a notice still waits, counting down, or how late it is. */
export function Clock({ notice }: { notice: Pick<Notice, "acknowledge_by" | "state"> }) {
  const { t } = deskTexts.useText();
  const now = useNow();
  if (notice.state !== "raised") return <span className="quiet">{t(notice.state)}</span>;
  if (notice.acknowledge_by === null) return <span className="quiet">{t("untimed")}</span>;
  const left = Date.parse(notice.acknowledge_by) - now;
  return (
    <span role="timer" className={left < 0 ? "clock late" : "clock"}>
      {t(left < 0 ? "over" : "left", { time: clockText(left) })}
    </span>
  );
}
