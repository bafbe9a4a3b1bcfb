import { useState } from "react";
import { Link } from "react-router";
import { useAccount } from "../app/account";
import { Loading } from "../app/Loading";
import { NotLoaded } from "../app/NotLoaded";
import { SearchBox } from "../app/SearchBox";
import { shellTexts } from "../app/texts";
import { refusalOf } from "../api/problems";
import { today } from "../i18n/time";
import { officeName, useOffices } from "../places/offices";
import { type Entry, inOrder, standingOf } from "./entries";
import { useEntries } from "./reading";
import { mayEnter } from "./rights";
import { registerTexts, useWords } from "./texts";

export function RegisterPage() {
  const { t } = registerTexts.useText();
  const shell = shellTexts.useText();
  const words = useWords();
  const enters = mayEnter(useAccount());
  const [wanted, setWanted] = useState("");
  const { data, error, refetch } = useEntries();
  const word = wanted.trim().toLowerCase();
  const shown = inOrder(data ?? [], today()).filter((entry) =>
    [entry.person?.name, words(entry.category), entry.deciding_organ, entry.document_number].some(
      (text) => text?.toLowerCase().includes(word),
    ),
  );
  return (
    <>
      <h1>{t("heading")}</h1>
      <p className="quiet">{t("intro")}</p>
      <div className="spread">
        {enters && <Link to="/register/new">{t("enter")}</Link>}
        <SearchBox label={t("search")} value={wanted} set={setWanted} />
        <span className="quiet" role="status">
          {data !== undefined && t("count", { count: shown.length })}
        </span>
      </div>
      {error !== null && (
        <NotLoaded title={refusalOf(error).title ?? t("failed")} retry={refetch} />
      )}
      {data === undefined && error === null && <Loading label={shell.t("loading")} />}
      {data?.length === 0 && (
        <p className="panel" role="status">
          {t("empty")} {enters && t("emptyNext")}
        </p>
      )}
      {data !== undefined && data.length > 0 && shown.length === 0 && (
        <p className="panel" role="status">
          {t("emptyFilter")}
        </p>
      )}
      <ul className="rows" aria-label={t("heading")}>
        {shown.map((entry) => <Row key={entry.entry_id} entry={entry} />)}
      </ul>
    </>
  );
}

function Row({ entry }: { entry: Entry }) {
  const { t, language } = registerTexts.useText();
  const words = useWords();
  const { data: offices } = useOffices();
  const standing = standingOf(entry, today());
  return (
    <li>
      <div className="spread">
        <Link to={`/register/${entry.entry_id}`}>
          {entry.person?.name ?? t("unnamed")} {words(entry.category)}
        </Link>
        <span className={standing === "review_late" ? "late" : "quiet"}>{t(standing)}</span>
      </div>
      <div>
        {entry.deciding_organ} {entry.document_number}
      </div>
      <div className="spread quiet">
        <span>
          {t("starts")} {entry.starts_on}
        </span>
        <span>
          {t("ends")} {entry.ends_on}
        </span>
        <span>
          {t("reviewBy")} {entry.review_due_on}
        </span>
        <span>
          {t("office")} {officeName(offices, entry.responsible_office, language)}
        </span>
      </div>
    </li>
  );
}
