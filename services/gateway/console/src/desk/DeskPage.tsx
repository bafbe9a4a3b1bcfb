import { Alert, Button, Segmented } from "antd";
import { useMemo, useState } from "react";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";
import { pagesOf, useAccount } from "../app/account";
import { Loading } from "../app/Loading";
import { NotLoaded } from "../app/NotLoaded";
import { SearchBox } from "../app/SearchBox";
import { shellTexts } from "../app/texts";
import { placeName, useAreas } from "../places/areas";
import { DoneNotices } from "./DoneNotices";
import { NoticeDetail } from "./NoticeDetail";
import { NoticeList } from "./NoticeList";
import { inOrder, type Notice } from "./notices";
import { readDesk, useDesk } from "./store";
import { deskTexts } from "./texts";

export default function DeskPage() {
  const { t, language } = deskTexts.useText();
  const { noticeId } = useParams();
  const [query, setQuery] = useSearchParams();
  const navigate = useNavigate();
  const done = query.get("view") === "done";
  const [wanted, setWanted] = useState("");
  const fits = useFilter(wanted);
  const search = done ? "?view=done" : "";
  return (
    <>
      <h1>{t("heading")}</h1>
      <Connection />
      <div className="spread">
        <Segmented
          aria-label={t("which")}
          value={done ? "done" : "open"}
          options={[
            { value: "open", label: t("open") },
            { value: "done", label: t("done") },
          ]}
          onChange={(view) => setQuery(view === "done" ? { view } : {})}
        />
        <SearchBox label={t("search")} value={wanted} set={setWanted} />
      </div>
      {done ? (
        <DoneNotices fits={fits} chosen={noticeId} search={search} />
      ) : (
        <Open fits={fits} chosen={noticeId} filtered={wanted !== ""} clear={() => setWanted("")} />
      )}
      {noticeId !== undefined && (
        <NoticeDetail
          key={noticeId}
          id={noticeId}
          language={language}
          close={() => void navigate({ pathname: "/desk", search })}
        />
      )}
    </>
  );
}

/** Rows of a long desk, the most urgent first; an old PC draws a thousand in seconds. */
const DRAWN_AT_ONCE = 200;

type Fits = (notice: Notice) => boolean;

function useFilter(wanted: string): Fits {
  const { language } = deskTexts.useText();
  const { data: areas = [] } = useAreas(useAccount());
  const word = wanted.trim().toLowerCase();
  return (notice) => {
    if (word === "") return true;
    const place = notice.grid === null ? "" : placeName(areas, notice.grid, language);
    const texts =
      language === "en" ? [notice.title_en, notice.body_en] : [notice.title_zh, notice.body_zh];
    return [...texts, place].some((text) => text.toLowerCase().includes(word));
  };
}

function Open(props: {
  fits: Fits;
  chosen: string | undefined;
  filtered: boolean;
  clear: () => void;
}) {
  const { t } = deskTexts.useText();
  const { notices, loaded, failure } = useDesk();
  const [drawn, setDrawn] = useState(DRAWN_AT_ONCE);
  const sorted = useMemo(() => inOrder(notices.rows.values()), [notices]);
  const shown = sorted.filter(props.fits);
  if (failure !== null && sorted.length === 0) {
    return (
      <NotLoaded title={t("failed")} description={failure.title} retry={readDesk} />
    );
  }
  if (!loaded && sorted.length === 0) return <Loading label={t("connecting")} />;
  if (shown.length > 0) {
    return (
      <>
        <NoticeList notices={shown.slice(0, drawn)} chosen={props.chosen} search="" />
        {shown.length > drawn && (
          <Button onClick={() => setDrawn(drawn + DRAWN_AT_ONCE)}>
            {t("further", { count: shown.length - drawn })}
          </Button>
        )}
      </>
    );
  }
  if (!props.filtered) return <Empty />;
  return (
    <div className="panel" role="status">
      <p>{t("emptyFilter")}</p>
      <Button onClick={props.clear}>{t("unfilter")}</Button>
    </div>
  );
}

function Empty() {
  const { t } = deskTexts.useText();
  const shell = shellTexts.useText();
  const others = pagesOf(useAccount()).filter((page) => page !== "/desk");
  return (
    <div className="panel" role="status">
      <p>{t("emptyOpen")}</p>
      <p className="spread">
        {t("next")}
        <Link to="/desk?view=done">{t("done")}</Link>
        {others.map((page) => (
          <Link key={page} to={page}>
            {shellTexts.has(page) ? shell.t(page) : page}
          </Link>
        ))}
      </p>
    </div>
  );
}

function Connection() {
  const { t } = deskTexts.useText();
  const { live } = useDesk();
  if (live === "lost") return <Alert type="warning" role="alert" title={t("lost")} />;
  return (
    <p className="quiet" role="status">
      {t(live === "open" ? "live" : "connecting")}
    </p>
  );
}
