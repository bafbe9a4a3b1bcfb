import { useQuery } from "@tanstack/react-query";
import { Alert, Drawer } from "antd";
import { useAccount } from "../app/account";
import { notifications } from "../api/client";
import type { components } from "../api/generated/notifications";
import { answered } from "../api/problems";
import { Loading } from "../app/Loading";
import type { Language } from "../i18n/language";
import { moment } from "../i18n/time";
import { placeName, useAreas } from "../places/areas";
import { Acknowledge } from "./Acknowledge";
import { Body } from "./Body";
import { Clock } from "./Clock";
import { Onward } from "./Onward";
import { deskTexts } from "./texts";
import { Why } from "./Why";
import { Withheld } from "./Withheld";

type Detail = components["schemas"]["NoticeDetail"];

interface Props {
  id: string;
  language: Language;
  close: () => void;
}

export function NoticeDetail({ id, language, close }: Props) {
  const { t } = deskTexts.useText();
  const { data, error } = useQuery({
    queryKey: ["notice", id],
    queryFn: () =>
      answered(
        notifications.GET("/api/v1/notifications/notices/{notice_id}", {
          params: { path: { notice_id: id } },
        }),
      ),
  });
  const title = data && (language === "en" ? data.title_en : data.title_zh);
  return (
    <Drawer
      open
      mask={false}
      onClose={close}
      size="min(32rem, 100vw)"
      title={title ?? t("heading")}
      closable={{ "aria-label": t("close"), closeIcon: <span aria-hidden="true">✕</span> }}
    >
      {error !== null && <Alert type="error" title={t("gone")} />}
      {data === undefined && error === null && <Loading label={t("connecting")} />}
      {data !== undefined && <Told notice={data} language={language} />}
    </Drawer>
  );
}

function Told({ notice, language }: { notice: Detail; language: Language }) {
  const { t } = deskTexts.useText();
  const account = useAccount();
  const { data: areas = [] } = useAreas(account);
  const open = ["raised", "escalated", "stale"].includes(notice.state);
  // A committee reads a notice where an officer takes it over; the service knows one act of both.
  const reads = account.role === "committee";
  return (
    <>
      <Body
        text={language === "en" ? notice.body_en : notice.body_zh}
        premises={notice.premises_id}
      />
      <Onward notice={notice} />
      {notice.escalated_from !== null && <p className="late">{t("fromBelow")}</p>}
      <dl className="facts">
        <Fact name={t("urgency")}>{t(notice.urgency)}</Fact>
        <Fact name={t("state")}>
          {t(reads && notice.state === "acknowledged" ? "readState" : notice.state)}
        </Fact>
        {notice.grid !== null && (
          <Fact name={t("where")}>{placeName(areas, notice.grid, language)}</Fact>
        )}
        <Fact name={t("when")}>{moment(notice.raised_at, language)}</Fact>
        {notice.acknowledge_by !== null && (
          <Fact name={t("until")}>
            {moment(notice.acknowledge_by, language)} {open && <Clock notice={notice} />}
          </Fact>
        )}
        {notice.acknowledged_at !== null && (
          <Fact name={t(reads ? "readAt" : "takenAt")}>
            {moment(notice.acknowledged_at, language)}
          </Fact>
        )}
        {notice.settled_at !== null && (
          <Fact name={t("settledAt")}>{moment(notice.settled_at, language)}</Fact>
        )}
        {notice.comment !== null && <Fact name={t("commentSaid")}>{notice.comment}</Fact>}
      </dl>
      {open && <Acknowledge id={notice.id} />}
      {notice.state === "acknowledged" && <p role="status">{t(reads ? "readDone" : "taken")}</p>}
      <Why ruleId={notice.rule} version={notice.rule_version} />
      <Withheld id={notice.id} />
    </>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
