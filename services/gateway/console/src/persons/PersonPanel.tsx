import { Alert, Button, Drawer } from "antd";
import { Loading } from "../app/Loading";
import { shellTexts } from "../app/texts";
import { refusalOf } from "../api/problems";
import { Confidential } from "./Confidential";
import { personsTexts } from "./pagetexts";
import {
  forgetPurpose,
  type Masked,
  type Purpose,
  useMasked,
  useResidences,
  useStatement,
} from "./person";
import { PersonFacts } from "./PersonFacts";
import { Residences } from "./Residences";
import { StatePurpose } from "./StatePurpose";
import { personTexts } from "./texts";

interface Props {
  personId: string;
  /** What a search has shown of the person already; null where the address was typed. */
  found: Masked | null;
  close: () => void;
}

/** One person: masked, with the residences, once it was said what for. */
export function PersonPanel({ personId, found, close }: Props) {
  const { t } = personsTexts.useText();
  const statement = useStatement(personId);
  return (
    <Drawer
      open
      mask={false}
      onClose={close}
      size="min(32rem, 100vw)"
      title={t("title")}
      closable={{ "aria-label": t("close"), closeIcon: <span aria-hidden="true">✕</span> }}
    >
      {statement === null ? (
        <>
          {found !== null && <PersonFacts person={found} />}
          <StatePurpose personId={personId} />
        </>
      ) : (
        <Opened personId={personId} found={found} purpose={statement.purpose} />
      )}
    </Drawer>
  );
}

interface OpenedProps {
  personId: string;
  found: Masked | null;
  purpose: Purpose;
}

function Opened({ personId, found, purpose }: OpenedProps) {
  const { t } = personsTexts.useText();
  const person = personTexts.useText();
  const shell = shellTexts.useText();
  const read = useMasked(found === null ? personId : null, purpose);
  const residences = useResidences(personId, purpose);
  const masked = found ?? read.data;
  const error = residences.error ?? read.error;
  if (error !== null) {
    return (
      <Alert
        type="error"
        role="alert"
        title={refusalOf(error).title ?? shell.t("away")}
        action={<Button onClick={() => forgetPurpose(personId)}>{person.t("again")}</Button>}
      />
    );
  }
  if (masked === undefined || residences.data === undefined) {
    return <Loading label={shell.t("loading")} />;
  }
  const explained = t(purpose.kind === "break_glass" ? "forGlass" : "forTenancy");
  return (
    <>
      <p role="status">{explained}</p>
      <PersonFacts person={masked} />
      <h2>{person.t("residences")}</h2>
      <Residences residences={residences.data} />
      <Confidential
        personId={personId}
        subject={personId}
        purpose={purpose}
        explained={explained}
      />
    </>
  );
}
