import { Link } from "react-router";
import { useAccount } from "../app/account";
import { moment } from "../i18n/time";
import { placeName, useAreas } from "../places/areas";
import { shortBody } from "./Body";
import { Clock } from "./Clock";
import type { Notice } from "./notices";
import { deskTexts } from "./texts";

interface Props {
  notices: readonly Notice[];
  chosen: string | undefined;
  search: string;
}

export function NoticeList({ notices, chosen, search }: Props) {
  const { t, language } = deskTexts.useText();
  const { data: areas = [] } = useAreas(useAccount());
  const zh = language === "zh-CN";
  return (
    <ul className="notices" aria-label={t("heading")}>
      {notices.map((notice) => (
        <li key={notice.id} className={notice.urgency}>
          <Link
            to={{ pathname: `/desk/${notice.id}`, search }}
            aria-current={notice.id === chosen ? "true" : undefined}
          >
            <span className="title">{zh ? notice.title_zh : notice.title_en}</span>
            <Clock notice={notice} />
            <span className="body">
              {shortBody(zh ? notice.body_zh : notice.body_en, notice.premises_id)
                .split("\n")
                .map((line) => (
                  <span key={line}>{line}</span>
                ))}
            </span>
            <span className="quiet">
              {[t(notice.urgency), placeOf(notice)].filter(Boolean).join(" · ")}
            </span>
            <time className="quiet" dateTime={notice.raised_at}>
              {moment(notice.raised_at, language)}
            </time>
          </Link>
        </li>
      ))}
    </ul>
  );

  function placeOf(notice: Notice): string {
    return notice.grid === null ? "" : placeName(areas, notice.grid, language);
  }
}
