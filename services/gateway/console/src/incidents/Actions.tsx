import { Button } from "antd";
import { useState } from "react";
import { ChangeRefused } from "../app/ChangeRefused";
import { Field } from "../app/Field";
import { etag, useChange } from "../api/change";
import { incidents } from "../api/client";
import type { components } from "../api/generated/incidents";
import { answered, refusalOf } from "../api/problems";
import { type IncidentDetail, INCIDENTS, readIncident } from "./incidents";
import { incidentTexts } from "./texts";

type Outcome = components["schemas"]["ClosingBody"]["outcome"];
const OUTCOMES: Outcome[] = ["resolved", "transferred", "unfounded"];

interface Act {
  version: number;
  /** How it ended; null where somebody arrived. */
  outcome: Outcome | null;
}

/** What an officer does with an incident: be there, and close it. */
export function Actions({ incident }: { incident: IncidentDetail }) {
  const { t } = incidentTexts.useText();
  const acting = useActing(incident.id);
  const act = (outcome: Outcome | null) => acting.mutate({ version: incident.version, outcome });
  const done = acting.isSuccess && (acting.variables.outcome === null ? "arrived" : "ended");
  return (
    <>
      <ChangeRefused
        refusal={acting.error === null ? null : refusalOf(acting.error)}
        beside={[]}
      />
      {done && <p role="status">{t(done)}</p>}
      {incident.state === "open" && (
        <section className="panel acts unprinted" aria-labelledby="act">
          <h2 id="act">{t("act")}</h2>
          {incident.arrived_at === null && (
            <p className="spread">
              <Button type="primary" disabled={acting.isPending} onClick={() => act(null)}>
                {t("arrive")}
              </Button>
              <span className="quiet">{t("arriveHint")}</span>
            </p>
          )}
          <Closing busy={acting.isPending} close={act} />
        </section>
      )}
    </>
  );
}

function useActing(id: string) {
  return useChange<Act>({
    about: INCIDENTS,
    send: ({ version, outcome }, key) =>
      outcome === null ? arrive(id, version, key) : close(id, version, key, outcome),
  });
}

/** Being there stays true when meanwhile a report was linked or the time has run out. */
async function arrive(id: string, version: number, key: string): Promise<unknown> {
  const post = (read: number) =>
    answered(
      incidents.POST("/api/v1/incidents/incidents/{incident_id}/arrivals", {
        params: paramsOf(id, read, key),
      }),
    );
  try {
    return await post(version);
  } catch (error) {
    if (refusalOf(error).status !== 412) throw error;
    const now = await readIncident(id);
    if (now.arrived_at !== null || now.state === "closed") throw error;
    return post(now.version);
  }
}

function close(id: string, version: number, key: string, outcome: Outcome): Promise<unknown> {
  return answered(
    incidents.POST("/api/v1/incidents/incidents/{incident_id}/closings", {
      params: paramsOf(id, version, key),
      body: { outcome },
    }),
  );
}

function paramsOf(id: string, version: number, key: string) {
  const header = { "idempotency-key": key, "if-match": etag(version) };
  return { path: { incident_id: id }, header };
}

function Closing({ busy, close }: { busy: boolean; close: (outcome: Outcome) => void }) {
  const { t } = incidentTexts.useText();
  const [chosen, setChosen] = useState<Outcome | "">("");
  const [asked, setAsked] = useState(false);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (chosen !== "") close(chosen);
      }}
    >
      <Field
        label={t("outcome")}
        problem={asked && chosen === "" ? t("chooseOutcome") : null}
      >
        {(parts) => (
          <select
            {...parts}
            value={chosen}
            onChange={({ target }) => setChosen(target.value as Outcome | "")}
          >
            <option value="">{t("choose")}</option>
            {OUTCOMES.map((outcome) => (
              <option key={outcome} value={outcome}>
                {t(outcome)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <p>
        <Button htmlType="submit" disabled={busy}>
          {t("close")}
        </Button>
      </p>
    </form>
  );
}
