import { Button } from "antd";
import { type FormEvent, useEffect, useState } from "react";
import { Field, Refused } from "../app/Field";
import { useOnce } from "../app/once";
import type { Refusal } from "../api/problems";
import { disclose, forgetPurpose, type Purpose, statePurpose, useStatement } from "./person";
import { PersonFacts } from "./PersonFacts";
import { personTexts } from "./texts";

const SHOWN_SECONDS = 60;

/** What was asked for is where the keyboard goes on. */
const focus = (element: HTMLElement | null) => element?.focus();

interface Props<Choice extends string> {
  personId: string;
  /** What a purpose is asked for once: a case, an entry, a person. */
  subject: string;
  purpose: Purpose;
  /** What the reading is for, in words. */
  explained: string;
  /** What the reader chooses among, where the service puts more on record than the item. */
  choices?: readonly { value: Choice; label: string }[];
  record?: (choice: Choice) => Promise<unknown>;
}

/**
 * Shows a person in the clear for a stated purpose, for a minute. What was read lives in this
 * component alone: no cache, no storage and no address knows it.
 */
export function Confidential<Choice extends string>(props: Props<Choice>) {
  const { personId, subject, purpose, choices, record } = props;
  const { t } = personTexts.useText();
  const statement = useStatement(subject);
  const [asking, setAsking] = useState(false);
  const { told, refusal, asking: reading, read, forget } = useOnce(async (choice: Choice | null) => {
    if (choice !== null && record !== undefined) await record(choice);
    const person = await disclose(personId, purpose);
    statePurpose(subject, purpose, choice);
    setAsking(false);
    return person;
  });
  useEffect(() => {
    if (told === null) return;
    const timer = window.setTimeout(forget, SHOWN_SECONDS * 1_000);
    return () => window.clearTimeout(timer);
  }, [told, forget]);

  if (told !== null) {
    return (
      <section className="panel" aria-label={t("clear")} tabIndex={-1} ref={focus}>
        <PersonFacts person={told} />
        <p className="quiet">{t("hides", { seconds: SHOWN_SECONDS })}</p>
        <Button onClick={forget}>{t("hide")}</Button>
      </section>
    );
  }
  if (asking) {
    return (
      <Ask
        explained={props.explained}
        choices={choices ?? []}
        reading={reading}
        refusal={refusal}
        read={(choice) => void read(choice)}
        cancel={() => setAsking(false)}
      />
    );
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (statement === null) setAsking(true);
        else void read(statement.choice as Choice | null);
      }}
    >
      <Refused refusal={refusal} beside={[]} />
      <p className="spread">
        <Button htmlType="submit" disabled={reading}>
          {t(reading ? "reading" : "show")}
        </Button>
        {refusal !== null && statement !== null && (
          <Button
            onClick={() => {
              forgetPurpose(subject);
              forget();
            }}
          >
            {t("again")}
          </Button>
        )}
        <span className="quiet">{t("onRecord")}</span>
      </p>
    </form>
  );
}

interface AskProps<Choice extends string> {
  explained: string;
  choices: readonly { value: Choice; label: string }[];
  reading: boolean;
  refusal: Refusal | null;
  read: (choice: Choice | null) => void;
  cancel: () => void;
}

function Ask<Choice extends string>(props: AskProps<Choice>) {
  const { choices, refusal, reading } = props;
  const { t } = personTexts.useText();
  const [chosen, setChosen] = useState<Choice | null>(null);
  const [missing, setMissing] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (choices.length > 0 && chosen === null) setMissing(true);
    else props.read(chosen);
  };
  return (
    <form className="panel" noValidate onSubmit={submit}>
      <p>{props.explained}</p>
      {choices.length > 0 && (
        <Field
          label={t("whatFor")}
          path="purpose"
          refusal={refusal}
          problem={missing ? t("missing") : null}
        >
          {(parts) => (
            <select
              {...parts}
              autoFocus
              value={chosen ?? ""}
              onChange={(change) => {
                const wanted = change.target.value;
                setChosen(choices.find(({ value }) => value === wanted)?.value ?? null);
                setMissing(false);
              }}
            >
              <option value="">{t("choose")}</option>
              {choices.map(({ value, label }) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      <p className="quiet">{t("onRecord")}</p>
      <Refused refusal={refusal} beside={["purpose"]} />
      <p className="spread">
        <Button type="primary" htmlType="submit" disabled={reading} autoFocus={choices.length === 0}>
          {t(reading ? "reading" : "confirm")}
        </Button>
        <Button onClick={props.cancel} disabled={reading}>
          {t("cancel")}
        </Button>
      </p>
    </form>
  );
}
