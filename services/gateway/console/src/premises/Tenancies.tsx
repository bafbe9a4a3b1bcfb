import { Button } from "antd";
import { useState } from "react";
import { REGISTERING, useAccount } from "../app/account";
import { today } from "../i18n/time";
import { ChangeTenancy } from "./ChangeTenancy";
import type { Tenancy } from "./premises";
import { anchorOf, onDay } from "./tenancies";
import { premisesTexts } from "./texts";

/** Who rents premises now and later, and who did; how many, never who. */
export function Tenancies({ tenancies }: { tenancies: readonly Tenancy[] }) {
  const { t } = premisesTexts.useText();
  const { current, past } = onDay(tenancies, today());
  return (
    <>
      {current.length === 0 ? (
        <p className="quiet">{t("noCurrent")}</p>
      ) : (
        <TenancyRows tenancies={current} />
      )}
      {past.length > 0 && (
        <details>
          <summary>{t("past", { count: past.length })}</summary>
          <TenancyRows tenancies={past} />
        </details>
      )}
    </>
  );
}

function TenancyRows({ tenancies }: { tenancies: readonly Tenancy[] }) {
  return (
    <ul className="rows">
      {tenancies.map((tenancy) => (
        <li key={tenancy.id} id={anchorOf(tenancy.id)} tabIndex={-1}>
          <TenancyRow tenancy={tenancy} />
        </li>
      ))}
    </ul>
  );
}

function TenancyRow({ tenancy }: { tenancy: Tenancy }) {
  const { t } = premisesTexts.useText();
  const [act, setAct] = useState<"end" | "extend" | null>(null);
  const { role } = useAccount();
  const changes = REGISTERING.has(role) && !tenancy.ended;
  return (
    <>
      <div className="spread">
        <TenancyWords tenancy={tenancy} />
        {changes && act === null && (
          <>
            {tenancy.last_day !== null && (
              <Button onClick={() => setAct("extend")}>{t("extend")}</Button>
            )}
            <Button onClick={() => setAct("end")}>{t("end")}</Button>
          </>
        )}
      </div>
      {changes && act !== null && (
        <ChangeTenancy key={act} tenancy={tenancy} act={act} close={() => setAct(null)} />
      )}
    </>
  );
}

export function TenancyWords({ tenancy }: { tenancy: Tenancy }) {
  const { t } = premisesTexts.useText();
  const marks = [
    t(tenancy.registered_by === "landlord" ? "byLandlord" : "byOfficer"),
    ...(tenancy.ended ? [t("ended")] : []),
    ...(tenancy.late ? [t("late")] : []),
  ];
  return (
    <>
      <strong>
        {tenancy.room === null ? t("whole") : t("room", { room: tenancy.room })}
      </strong>
      <span>
        {t("days", { first: tenancy.first_day, last: tenancy.last_day ?? t("open") })}
      </span>
      <span>{t("persons", { count: tenancy.tenants })}</span>
      {marks.map((mark) => (
        <span key={mark} className="quiet">
          {mark}
        </span>
      ))}
    </>
  );
}
