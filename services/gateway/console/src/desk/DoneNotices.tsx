import { useInfiniteQuery } from "@tanstack/react-query";
import { Alert } from "antd";
import { notifications } from "../api/client";
import { answered } from "../api/problems";
import { Loading } from "../app/Loading";
import { More } from "../app/More";
import { useReadAgain } from "./live";
import { NoticeList } from "./NoticeList";
import type { Notice } from "./notices";
import { deskTexts } from "./texts";

const DONE = ["notices", "done"];

interface Props {
  fits: (notice: Notice) => boolean;
  chosen: string | undefined;
  search: string;
}

export function DoneNotices({ fits, chosen, search }: Props) {
  const { t } = deskTexts.useText();
  useReadAgain(DONE);
  const found = useInfiniteQuery({
    queryKey: DONE,
    initialPageParam: "",
    queryFn: ({ pageParam }) => read(pageParam),
    getNextPageParam: (page) => page.next,
  });
  if (found.isPending) return <Loading label={t("connecting")} />;
  if (found.data === undefined) return <Alert type="error" title={t("failed")} />;
  const shown = found.data.pages.flatMap((page) => page.items).filter(fits);
  return (
    <>
      {shown.length === 0 && (
        <p className="panel" role="status">
          {t("emptyDone")}
        </p>
      )}
      <NoticeList notices={shown} chosen={chosen} search={search} />
      <More found={found} label={t("more")} />
    </>
  );
}

async function read(cursor: string) {
  const query = {
    state: ["acknowledged" as const, "settled" as const],
    limit: 50,
    ...(cursor && { cursor }),
  };
  return answered(notifications.GET("/api/v1/notifications/notices", { params: { query } }));
}
