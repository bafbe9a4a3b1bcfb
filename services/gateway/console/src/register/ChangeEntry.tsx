import { Button, Input } from "antd";
import { useState } from "react";
import { ChangeRefused } from "../app/ChangeRefused";
import { Field } from "../app/Field";
import { etag, useChange } from "../api/change";
import { population } from "../api/client";
import { answered, refusalOf } from "../api/problems";
import type { Entry } from "./entries";
import { entryFormTexts } from "./formtexts";
import { entryKey } from "./reading";

interface Props {
  entry: Entry;
  done: (said: string) => void;
}

/** Records that an entry was reviewed and stays, with the day of the next review. */
export function ReviewEntry({ entry, done }: Props) {
  const { t } = entryFormTexts.useText();
  const [day, setDay] = useState("");
  const [missing, setMissing] = useState(false);
  const review = useChange<{ day: string; version: number }>({
    about: entryKey(entry.entry_id),
    done: (asked) => {
      done(t("reviewed", { day: asked.day }));
      setDay("");
    },
    send: (asked, key) =>
      answered(
        population.POST("/api/v1/population/supervision-entries/{entry_id}/reviews", {
          params: {
            path: { entry_id: entry.entry_id },
            header: { "idempotency-key": key, "if-match": etag(asked.version) },
          },
          body: { review_due_on: asked.day },
        }),
      ),
  });
  const refusal = review.error === null ? null : refusalOf(review.error);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setMissing(day === "");
        if (day !== "") review.mutate({ day, version: entry.version });
      }}
    >
      <fieldset>
        <legend>{t("review")}</legend>
        <p className="quiet">{t("reviewIntro")}</p>
        <Field
          label={t("nextReview")}
          path="review_due_on"
          refusal={refusal}
          problem={missing ? t("missing") : null}
          hint={t("reviewHint")}
        >
          {(parts) => (
            <Input
              {...parts}
              type="date"
              value={day}
              onChange={(change) => {
                setDay(change.target.value);
                setMissing(false);
              }}
            />
          )}
        </Field>
        <ChangeRefused refusal={refusal} beside={["review_due_on"]} />
        <p>
          <Button type="primary" htmlType="submit" disabled={review.isPending}>
            {t("reviewSubmit")}
          </Button>
        </p>
      </fieldset>
    </form>
  );
}

/** Ends an entry before its last day. It cannot be undone, so it is asked twice. */
export function DelistEntry({ entry, done }: Props) {
  const { t } = entryFormTexts.useText();
  const [sure, setSure] = useState(false);
  const [missing, setMissing] = useState(false);
  const delist = useChange<number>({
    about: entryKey(entry.entry_id),
    done: () => done(t("delisted")),
    send: (version, key) =>
      answered(
        population.POST("/api/v1/population/supervision-entries/{entry_id}/delistings", {
          params: {
            path: { entry_id: entry.entry_id },
            header: { "idempotency-key": key, "if-match": etag(version) },
          },
        }),
      ),
  });
  return (
    <details>
      <summary>{t("delist")}</summary>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setMissing(!sure);
          if (sure) delist.mutate(entry.version);
        }}
      >
        <p>{t("delistIntro")}</p>
        <label>
          <input
            type="checkbox"
            checked={sure}
            onChange={(change) => {
              setSure(change.target.checked);
              setMissing(false);
            }}
          />{" "}
          {t("delistSure")}
        </label>
        {missing && (
          <p className="wrong" role="alert">
            {t("delistMissing")}
          </p>
        )}
        <ChangeRefused
          refusal={delist.error === null ? null : refusalOf(delist.error)}
          beside={[]}
        />
        <p>
          <Button danger htmlType="submit" disabled={delist.isPending}>
            {t("delistSubmit")}
          </Button>
        </p>
      </form>
    </details>
  );
}
