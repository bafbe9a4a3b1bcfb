import { Alert, Input } from "antd";
import { READING_PREMISES, useAccount } from "../app/account";
import { Field } from "../app/Field";
import type { Premises } from "../premises/premises";
import { TenancyWords } from "../premises/Tenancies";
import { anchorOf, inTheWay } from "../premises/tenancies";
import { tenancyTexts } from "./texts";
import { type Registration, roomOf } from "./useRegistration";

interface Props {
  registration: Registration;
  premises: Premises;
}

/** Room and days, and which tenancies are in the way of them, before anything is sent. */
export function DaysFields({ registration, premises }: Props) {
  const { t } = tenancyTexts.useText();
  const { draft, change } = registration;
  const { refusal } = registration.resolving;
  const rooms = Array.from({ length: premises.rooms }, (_, place) => place + 1);
  return (
    <fieldset>
      <legend>{t("letting")}</legend>
      <div className="fields">
        {premises.rooms > 1 && (
          <Field label={t("room")} path="room" refusal={refusal}>
            {(parts) => (
              <select
                {...parts}
                value={roomOf(draft, premises) ?? ""}
                onChange={(event) => change({ room: event.target.value })}
              >
                <option value="">{t("whole")}</option>
                {rooms.map((room) => (
                  <option key={room} value={room}>
                    {t("roomNumber", { room })}
                  </option>
                ))}
              </select>
            )}
          </Field>
        )}
        <Field label={t("firstDay")} path="first_day" refusal={refusal}>
          {(parts) => (
            <Input
              {...parts}
              type="date"
              value={draft.firstDay}
              onChange={(event) => change({ firstDay: event.target.value })}
            />
          )}
        </Field>
        <Field label={t("lastDay")} path="last_day" refusal={refusal}>
          {(parts) => (
            <Input
              {...parts}
              type="date"
              value={draft.lastDay}
              onChange={(event) => change({ lastDay: event.target.value })}
            />
          )}
        </Field>
      </div>
      <div role="status" style={{ marginTop: "0.75rem" }}>
        {draft.firstDay !== "" && <Overlap registration={registration} premises={premises} />}
      </div>
    </fieldset>
  );
}

function Overlap({ registration: { draft }, premises }: Props) {
  const { t } = tenancyTexts.useText();
  // A landlord's page has no list of them.
  const listed = READING_PREMISES.has(useAccount().role);
  const others = inTheWay(premises.tenancies, {
    room: roomOf(draft, premises),
    first_day: draft.firstDay,
    last_day: draft.lastDay === "" ? null : draft.lastDay,
  });
  if (others.length === 0) return <p className="quiet">{t("free")}</p>;
  return (
    <Alert
      type="warning"
      title={t("overlap")}
      description={
        <ul className="rows">
          {others.map((tenancy) => (
            <li key={tenancy.id} className="spread">
              <TenancyWords tenancy={tenancy} />
              {listed && <a href={`#${anchorOf(tenancy.id)}`}>{t("toTenancy")}</a>}
            </li>
          ))}
        </ul>
      }
    />
  );
}
