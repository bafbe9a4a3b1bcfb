import { Alert, Button } from "antd";
import { useState } from "react";
import { type FactRow, Facts } from "../app/Facts";
import { Loading } from "../app/Loading";
import { moment } from "../i18n/time";
import { isTroubled, lagOf } from "./figures";
import { type Group, replayUncounted, type Seen, type Service, type State } from "./reading";
import { ReasonForm } from "./ReasonForm";
import { operationsTexts, spanText } from "./texts";
import { Word } from "./Word";
import { partTexts, ruleTexts } from "./words";

const TOO_SLOW = 504;

/** How one service runs. */
export function ServiceCard({ seen: { service, state, refusal } }: { seen: Seen }) {
  const { t } = operationsTexts.useText();
  const part = partTexts.useText();
  return (
    <article className="panel" aria-labelledby={`of-${service}`}>
      <h3 id={`of-${service}`}>
        {part.t(service)} <Standing state={state} away={refusal?.status ?? null} />
      </h3>
      {refusal !== null && (
        <>
          <p>{t("awayNext")}</p>
          <code lang="en">
            make status; make logs s={service}; docs/runbooks/ServiceAway.md
          </code>
        </>
      )}
      {state === null && refusal === null && <Loading label={t("asking")} />}
      {state !== null && <Running service={service} state={state} />}
    </article>
  );
}

function Standing({ state, away }: { state: State | null; away: number | null }) {
  const { t } = operationsTexts.useText();
  if (away !== null) return <span className="late">{t(away === TOO_SLOW ? "slow" : "away")}</span>;
  if (state === null) return null;
  if (isTroubled(state)) return <span className="late">{t("troubled")}</span>;
  return <span className="quiet">{t("good")}</span>;
}

function Running({ service, state }: { service: Service; state: State }) {
  const { t } = operationsTexts.useText();
  const part = partTexts.useText();
  const { relay, timers_overdue_seconds: overdue } = state;
  const groups = state.groups.map((group): FactRow => {
    const purpose = group.name.slice(service.length + 1);
    const name = partTexts.has(purpose) ? part.t(purpose) : purpose;
    return [
      t("group", { name }),
      <OfGroup key={purpose} service={service} group={group} purpose={purpose} />,
    ];
  });
  return (
    <Facts
      rows={[
        [t("parts"), <Parts key="parts" state={state} />],
        [
          t("outbox"),
          relay === null
            ? t("elsewhere")
            : relay.oldest_seconds === null
              ? t("standsBy")
              : t("oldest", { time: spanText(t, relay.oldest_seconds) }),
        ],
        ...groups,
        overdue === null ? null : [t("timersOf"), t("overdue", { time: spanText(t, overdue) })],
        [t("rules"), <Rules key="rules" state={state} />],
      ]}
    />
  );
}

function Parts({ state: { roles } }: { state: State }) {
  const { t } = operationsTexts.useText();
  const failing = roles.filter(({ healthy }) => !healthy);
  if (failing.length === 0) return <>{t("partsGood", { count: roles.length })}</>;
  return (
    <span className="late">
      {t("partsBad", { names: "" })}
      {failing.map(({ name }) => (
        <span key={name}>
          <Word of={partTexts} code={name} />{" "}
        </span>
      ))}
    </span>
  );
}

function Rules({ state: { invariants } }: { state: State }) {
  const { t, language } = operationsTexts.useText();
  if (invariants === null) return <>{t("elsewhere")}</>;
  if (invariants.broken.length > 0) {
    return invariants.broken.map((rule) => (
      <div key={rule} className="late">
        <Word of={ruleTexts} code={rule} />
      </div>
    ));
  }
  if (invariants.asked_at === null) return <>{t("rulesUnasked")}</>;
  return <>{t("rulesGood", { time: moment(invariants.asked_at, language) })}</>;
}

interface OfGroupProps {
  service: Service;
  group: Group;
  purpose: string;
}

function OfGroup({ service, group, purpose }: OfGroupProps) {
  const { t } = operationsTexts.useText();
  const [replaying, setReplaying] = useState(false);
  const [asked, setAsked] = useState(false);
  const open = group.dead_letters_open;
  return (
    <>
      <div>{t("lag", { count: lagOf(group) })}</div>
      {group.braked && <div className="late">{t("braked")}</div>}
      {open > 0 && <div className="late">{t("open", { count: open })}</div>}
      {group.late === false && <div>{t("onTime")}</div>}
      {group.late === true && <div className="late">{t("late")}</div>}
      {group.late === true && !replaying && (
        <Button size="small" onClick={() => setReplaying(true)}>
          {t("replayLate")}
        </Button>
      )}
      {asked && <Alert type="success" role="status" title={t("asked")} />}
      {replaying && (
        <ReasonForm
          send={(why, key) => replayUncounted(service, purpose, why, key)}
          done={() => setAsked(true)}
          close={() => setReplaying(false)}
        />
      )}
    </>
  );
}
