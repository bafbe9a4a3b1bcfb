import { Alert, Button } from "antd";
import { useState } from "react";
import { Facts } from "../app/Facts";
import { Loading } from "../app/Loading";
import { shellTexts } from "../app/texts";
import { moment } from "../i18n/time";
import { type Act, LETTERS_MOST, type Parked, settle, useLetters } from "./reading";
import { ReasonForm } from "./ReasonForm";
import { operationsTexts } from "./texts";
import { Code, Word } from "./Word";
import { partTexts, reasonTexts } from "./words";

/** What no retry will mend, of all services; those that only wait behind another are told with it. */
export function DeadLetters() {
  const { t } = operationsTexts.useText();
  const shell = shellTexts.useText();
  const part = partTexts.useText();
  const { parked, more, unread, loading } = useLetters();
  const first = parked.filter(({ letter }) => letter.state !== "parked");
  const quiet = first.length === 0 && !loading && unread.length === 0;
  return (
    <section aria-labelledby="letters">
      <h2 id="letters">{t("letters")}</h2>
      {loading && <Loading label={shell.t("loading")} />}
      {unread.length > 0 && (
        <Alert
          type="warning"
          title={t("lettersUnread", { names: unread.map((name) => part.t(name)).join(" ") })}
        />
      )}
      {quiet && <p className="panel">{t("noLetters")}</p>}
      {more && <p className="quiet">{t("lettersMany", { count: LETTERS_MOST })}</p>}
      <ul className="rows">
        {first.map((one) => (
          <li key={one.letter.id}>
            <OneLetter parked={one} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function OneLetter({ parked: { service, letter } }: { parked: Parked }) {
  const { t, language } = operationsTexts.useText();
  const part = partTexts.useText();
  const [act, setAct] = useState<Act | null>(null);
  return (
    <>
      <h3>
        {part.t(service)} · <Word of={partTexts} code={letter.topic} /> · <Reason letter={letter} />
      </h3>
      <Facts
        rows={[
          [t("topic"), <Code key="topic" text={letter.topic} />],
          [t("type"), letter.type === null ? t("unreadable") : <Code text={letter.type} />],
          [t("key"), <Code key="key" text={letter.key} />],
          [t("reason"), <Code key="reason" text={letter.reason} />],
          [t("parkedAt"), moment(letter.parked_at, language)],
          [t("attempts"), t("times", { count: letter.attempts })],
          letter.others_of_key === 0
            ? null
            : [t("waiting"), t("lag", { count: letter.others_of_key })],
        ]}
      />
      {letter.state === "replay" && <p className="quiet">{t("replaying")}</p>}
      {letter.state === "failed" && act === null && (
        <p className="spread">
          <Button onClick={() => setAct("replay")}>{t("replay")}</Button>
          <Button onClick={() => setAct("drop")}>{t("drop")}</Button>
        </p>
      )}
      {letter.state === "failed" && act !== null && (
        <ReasonForm
          {...(act === "drop" && { warning: t("dropWarning") })}
          send={(why, key) => settle(service, act, letter.id, why, key)}
          close={() => setAct(null)}
        />
      )}
    </>
  );
}

function Reason({ letter: { reason } }: { letter: Parked["letter"] }) {
  const { t } = reasonTexts.useText();
  if (reasonTexts.has(reason)) return <>{t(reason)}</>;
  return <>{t(reason.startsWith("failed-") ? "failed" : "other")}</>;
}
