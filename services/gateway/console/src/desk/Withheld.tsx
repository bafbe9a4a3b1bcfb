import { useQuery } from "@tanstack/react-query";
import { Alert } from "antd";
import { useState } from "react";
import { notifications } from "../api/client";
import { answered } from "../api/problems";
import { Loading } from "../app/Loading";
import { fieldTexts } from "../rules/fieldtexts";
import { deskTexts } from "./texts";

/** Which fields of the event the notice carries, and which its rule kept back. */
export function Withheld({ id }: { id: string }) {
  const { t } = deskTexts.useText();
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t("withheld")}</summary>
      {open && <Manifest id={id} />}
    </details>
  );
}

function Manifest({ id }: { id: string }) {
  const { t } = deskTexts.useText();
  const { data, error } = useQuery({
    queryKey: ["manifest", id],
    staleTime: Infinity,
    queryFn: () =>
      answered(
        notifications.GET("/api/v1/notifications/notices/{notice_id}/manifest", {
          params: { path: { notice_id: id } },
        }),
      ),
  });
  if (error !== null) return <Alert type="error" title={t("failed")} />;
  if (data === undefined) return <Loading label={t("connecting")} />;
  return (
    <>
      {data.fields_withheld.length === 0 ? (
        <p>{t("withheldNone")}</p>
      ) : (
        <Names title={t("withheldList")} names={data.fields_withheld} />
      )}
      <Names title={t("sentList")} names={data.fields_sent} />
    </>
  );
}

function Names({ title, names }: { title: string; names: string[] }) {
  const field = fieldTexts.useText();
  return (
    <>
      <p>{title}</p>
      <ul>
        {names.map((name) => (
          <li key={name}>{field.t(fieldTexts.has(name) ? name : "other")}</li>
        ))}
      </ul>
    </>
  );
}
