import { memo } from "react";
import { Link } from "react-router";
import { useAccount } from "../app/account";
import type { Language } from "../i18n/language";
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
  const placeOf = ({ grid }: Notice) => (grid === null ? "" : placeName(areas, grid, language));
  return (
    <ul className="notices" aria-label={t("heading")}>
      {notices.map((notice) => (
        <Row
          key={notice.id}
          notice={notice}
          chosen={notice.id === chosen}
          search={search}
          language={language}
          facts={[t(notice.urgency), placeOf(notice)].filter(Boolean).join(" · ")}
        />
      ))}
    </ul>
  );
}

interface RowProps {
  notice: Notice;
  chosen: boolean;
  search: string;
  language: Language;
  facts: string;
}

/** One notice; a line of the live view draws only the rows that it changes. */
const Row = memo(function Row({ notice, chosen, search, language, facts }: RowProps) {
  const zh = language === "zh-CN";
  return (
    <li className={notice.urgency}>
      <Link
        to={{ pathname: `/desk/${notice.id}`, search }}
        aria-current={chosen ? "true" : undefined}
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
        <span className="quiet">{facts}</span>
        <time className="quiet" dateTime={notice.raised_at}>
          {moment(notice.raised_at, language)}
        </time>
      </Link>
    </li>
  );
});
