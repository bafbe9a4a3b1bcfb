import { Button } from "antd";
import { Refused } from "../app/Field";
import type { Premises } from "../premises/premises";
import { DaysFields } from "./DaysFields";
import { LETTING_PATHS, LettingFields } from "./LettingFields";
import { NOBODY, type Typed } from "./person";
import { personPaths, PersonFields } from "./PersonFields";
import { mayStandAlready } from "./registration";
import { tenancyTexts } from "./texts";
import type { Registration } from "./useRegistration";

const TENANTS_MAX = 20;

interface Props {
  registration: Registration;
  premises: Premises;
  /** Whether it may be somebody else who lets than the file says; a landlord lets by himself. */
  asksWhoLets: boolean;
}

/** Who rents which room from when to when; sent as two requests, and told as one. */
export function TenancyForm({ registration, premises, asksWhoLets }: Props) {
  const { t } = tenancyTexts.useText();
  const { draft, change, submit, resolving } = registration;
  const { busy, refusal } = resolving;
  const { tenants } = draft;
  const set = (row: number, typed: Typed) =>
    change({ tenants: tenants.map((each) => (each.row === row ? { row, typed } : each)) });
  const remove = (row: number) =>
    change({ tenants: tenants.filter((each) => each.row !== row) });
  const add = () => {
    const row = Math.max(...tenants.map((each) => each.row)) + 1;
    change({ tenants: [...tenants, { row, typed: NOBODY }] });
  };
  const beside = [
    ...tenants.flatMap((_, place) => personPaths(`tenants.${place}`)),
    ...(asksWhoLets ? LETTING_PATHS : []),
    ...["room", "first_day", "last_day"],
  ];
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit(premises);
      }}
    >
      {tenants.map(({ row, typed }, place) => (
        <PersonFields
          key={row}
          legend={t("tenant", { place: place + 1 })}
          path={`tenants.${place}`}
          premisesId={premises.id}
          typed={typed}
          set={(changed) => set(row, changed)}
          resolving={resolving}
          remove={tenants.length > 1 ? () => remove(row) : undefined}
        />
      ))}
      <p>
        <Button onClick={add} disabled={busy || tenants.length >= TENANTS_MAX}>
          {t("add")}
        </Button>
      </p>
      <DaysFields registration={registration} premises={premises} />
      {asksWhoLets && (
        <LettingFields
          premises={premises}
          ways={["file", "person", "organisation"]}
          letBy={draft.letBy}
          set={(letBy) => change({ letBy })}
          resolving={resolving}
        />
      )}
      {mayStandAlready(refusal) && <p className="late">{t("used")}</p>}
      <Refused refusal={refusal} beside={beside} />
      <p className="spread">
        <Button type="primary" htmlType="submit" disabled={busy}>
          {t(busy ? "submitting" : "submit")}
        </Button>
        <span className="quiet">{t("private")}</span>
      </p>
    </form>
  );
}
