import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { Link } from "react-router";
import { Loading } from "../app/Loading";
import { More } from "../app/More";
import { NotLoaded } from "../app/NotLoaded";
import { shellTexts } from "../app/texts";
import { notifications } from "../api/client";
import type { components } from "../api/generated/notifications";
import { answered } from "../api/problems";
import { useReadAgain } from "../desk/live";
import { moment } from "../i18n/time";
import { committeeTexts } from "./texts";

type Notice = components["schemas"]["NoticeBody"];

const RECEIPTS = ["notices", "receipts"];
const PAGE = 50;

/** Which notices of the committee were read, and when. */
export function ReceiptsPage() {
  const { t } = committeeTexts.useText();
  const shell = shellTexts.useText();
  const found = useReceipts();
  const notices = found.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <>
      <h1>{shell.t("/committee/receipts")}</h1>
      <div className="spread unprinted">
        <span>{t("receiptsIntro")}</span>
        <Button onClick={() => window.print()}>{t("print")}</Button>
      </div>
      {found.isPending && <Loading label={shell.t("loading")} />}
      {found.isError && <NotLoaded title={t("failed")} retry={found.refetch} />}
      {found.isSuccess && notices.length === 0 && (
        <div className="panel" role="status">
          <p>{t("empty")}</p>
          <Link to="/committee/report">{shell.t("/committee/report")}</Link>
        </div>
      )}
      {notices.length > 0 && <Receipts notices={notices} />}
      <More found={found} label={t("more")} />
    </>
  );
}

function useReceipts() {
  useReadAgain(RECEIPTS);
  return useInfiniteQuery({
    queryKey: RECEIPTS,
    initialPageParam: "",
    queryFn: ({ pageParam }) => page(pageParam),
    getNextPageParam: ({ next }) => next,
  });
}

async function page(cursor: string) {
  const query = { limit: PAGE, ...(cursor !== "" && { cursor }) };
  return answered(notifications.GET("/api/v1/notifications/notices", { params: { query } }));
}

function Receipts({ notices }: { notices: readonly Notice[] }) {
  const { t, language } = committeeTexts.useText();
  return (
    <table className="book">
      <thead>
        <tr>
          <th scope="col">{t("notice")}</th>
          <th scope="col">{t("sent")}</th>
          <th scope="col">{t("read")}</th>
        </tr>
      </thead>
      <tbody>
        {notices.map((notice) => (
          <tr key={notice.id}>
            <td>
              <Link to={`/desk/${notice.id}`}>
                {language === "en" ? notice.title_en : notice.title_zh}
              </Link>
            </td>
            <td>{moment(notice.raised_at, language)}</td>
            <td>
              {notice.acknowledged_at === null ? (
                <span className="quiet">{t("unread")}</span>
              ) : (
                moment(notice.acknowledged_at, language)
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
