import { Button } from "antd";
import { type FormEvent, useState } from "react";
import { useAccount } from "../app/account";
import { ChangeRefused } from "../app/ChangeRefused";
import { Field } from "../app/Field";
import { etag, useChange } from "../api/change";
import { population } from "../api/client";
import { answered, refusalOf } from "../api/problems";
import { officeAt, officeName, useOffices } from "../places/offices";
import {
  type Case,
  type Decision,
  decisionsFor,
  looksAlike,
  REFUSAL_REASONS,
  type RefusalReason,
} from "./cases";
import { decideTexts } from "./decidetexts";
import { caseKey, readCase } from "./reading";
import { casesTexts } from "./texts";

interface Asked {
  decision: Decision;
  reason: RefusalReason | null;
  version: number;
}

interface Props {
  shown: Case;
  done: (decision: Decision) => void;
}

/** The decisions that are for the own office, each with what follows from it. */
export function Decide({ shown, done }: Props) {
  const { t, language } = decideTexts.useText();
  const cases = casesTexts.useText();
  const { office, role } = useAccount();
  const { data: offices } = useOffices();
  const [chosen, setChosen] = useState<Decision | null>(null);
  const [reason, setReason] = useState<RefusalReason | null>(null);
  const [incomplete, setIncomplete] = useState(false);
  const change = useChange<Asked>({
    about: caseKey(shown.case_id),
    send: (asked, key) => decideOn(shown, asked, key),
    done: ({ decision }) => done(decision),
  });
  const decisions = decisionsFor(shown, office?.id, role);
  // A case that has changed meanwhile may leave another choice.
  const decision = chosen !== null && decisions.includes(chosen) ? chosen : null;
  const refusal = change.error === null ? null : refusalOf(change.error);
  const receiving = shown.grid ? officeAt(offices, "room", shown.grid)?.office_id : undefined;

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (decision === null || (decision === "refuse" && reason === null)) {
      setIncomplete(true);
      return;
    }
    change.mutate({
      decision,
      reason: decision === "refuse" ? reason : null,
      version: shown.version,
    });
  }

  if (decisions.length === 0) {
    return (
      <>
        <ChangeRefused refusal={refusal} beside={[]} />
        <p className="quiet">{t("waiting")}</p>
      </>
    );
  }
  const legend = decisions.includes("accept") ? "answer" : "review";
  return (
    <form noValidate onSubmit={submit}>
      <fieldset>
        <legend>{t(decisions.length === 1 ? "visit" : legend)}</legend>
        {decisions.map((each) => (
          <p key={each}>
            <label>
              <input
                type="radio"
                name="decision"
                value={each}
                checked={decision === each}
                aria-describedby={`${each}-then`}
                onChange={() => {
                  setChosen(each);
                  setIncomplete(false);
                }}
              />{" "}
              {t(each)}
            </label>
            <br />
            <span id={`${each}-then`} className="quiet">
              {t(`${each}Then`, { office: officeName(offices, receiving ?? null, language) })}
            </span>
          </p>
        ))}
        {incomplete && decision === null && (
          <p className="wrong" role="alert">
            {t("missing")}
          </p>
        )}
        {decision === "refuse" && (
          <Field
            label={t("reason")}
            path="reason"
            refusal={refusal}
            problem={incomplete && reason === null ? t("missingReason") : null}
          >
            {(parts) => (
              <select
                {...parts}
                value={reason ?? ""}
                onChange={(changed) =>
                  setReason(
                    REFUSAL_REASONS.find((each) => each === changed.target.value) ?? null,
                  )
                }
              >
                <option value="">{t("choose")}</option>
                {REFUSAL_REASONS.map((each) => (
                  <option key={each} value={each}>
                    {cases.t(each)}
                  </option>
                ))}
              </select>
            )}
          </Field>
        )}
      </fieldset>
      <ChangeRefused refusal={refusal} beside={["reason"]} />
      <p>
        <Button type="primary" htmlType="submit" disabled={change.isPending}>
          {t(change.isPending ? "submitting" : "submit")}
        </Button>
      </p>
    </form>
  );
}

/** Who decided on what is shown has still decided on it when only a deadline passed meanwhile. */
async function decideOn(shown: Case, asked: Asked, key: string): Promise<unknown> {
  try {
    return await send(shown.case_id, asked, key);
  } catch (error) {
    if (refusalOf(error).status !== 412) throw error;
    const now = await readCase(shown.case_id);
    if (!looksAlike(shown, now)) throw error;
    return send(shown.case_id, { ...asked, version: now.version }, key);
  }
}

function send(caseId: string, asked: Asked, key: string): Promise<unknown> {
  const params = {
    path: { case_id: caseId },
    header: { "idempotency-key": key, "if-match": etag(asked.version) },
  };
  switch (asked.decision) {
    case "confirmed":
    case "mistaken_identity":
      return answered(
        population.POST("/api/v1/population/residence-change-cases/{case_id}/reviews", {
          params,
          body: { outcome: asked.decision },
        }),
      );
    case "visit_only":
      return answered(
        population.POST("/api/v1/population/residence-change-cases/{case_id}/visits-only", {
          params,
        }),
      );
    case "accept":
      return answered(
        population.POST("/api/v1/population/residence-change-cases/{case_id}/acceptances", {
          params,
        }),
      );
    case "refuse":
      return answered(
        population.POST("/api/v1/population/residence-change-cases/{case_id}/refusals", {
          params,
          body: { reason: asked.reason ?? "not_resident" },
        }),
      );
  }
}
