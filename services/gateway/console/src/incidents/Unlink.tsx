import { Button } from "antd";
import { incidents } from "../api/client";
import { ChangeRefused } from "../app/ChangeRefused";
import { etag, useChange } from "../api/change";
import { answered, refusalOf } from "../api/problems";
import { INCIDENTS } from "./incidents";
import { incidentTexts } from "./texts";

interface Props {
  reportId: string;
  version: number;
  /** Told the id of the incident that the report has got. */
  done: (incidentId: string) => void;
}

/** Takes a report out of the incident that it was linked to. */
export function Unlink({ reportId, version, done }: Props) {
  const { t } = incidentTexts.useText();
  const undoing = useChange<number>({
    about: INCIDENTS,
    send: async (read, key) => {
      const { incident_id } = await answered(
        incidents.POST("/api/v1/incidents/reports/{report_id}/unlinkings", {
          params: {
            path: { report_id: reportId },
            header: { "idempotency-key": key, "if-match": etag(read) },
          },
        }),
      );
      if (incident_id) done(incident_id);
    },
  });
  return (
    <details>
      <summary>{t("notTheSame")}</summary>
      <p>{t("unlinkWhat")}</p>
      <ChangeRefused
        refusal={undoing.error === null ? null : refusalOf(undoing.error)}
        beside={[]}
      />
      <Button disabled={undoing.isPending} onClick={() => undoing.mutate(version)}>
        {t("unlink")}
      </Button>
    </details>
  );
}
