import { type ReactNode, useEffect, useRef } from "react";
import { KnownWords } from "./PersonFields";
import { tenancyTexts } from "./texts";
import type { Done } from "./useRegistration";

/** What was registered, and by `children` what can be done next. */
export function RegisteredNote({ done, children }: { done: Done; children: ReactNode }) {
  const { t } = tenancyTexts.useText();
  const { premises, wanted, tenants } = done;
  const heading = useRef<HTMLHeadingElement>(null);
  // The form is gone and with it the focus: it goes on where the answer stands.
  useEffect(() => heading.current?.focus(), []);
  const last = wanted.lastDay ?? t("open");
  return (
    <section className="panel" role="status">
      <h2 ref={heading} tabIndex={-1}>
        {t("done")}
      </h2>
      <dl className="facts">
        <dt>{t("place")}</dt>
        <dd>
          {premises.area} {premises.label}{" "}
          {wanted.room === null ? t("whole") : t("roomNumber", { room: wanted.room })}
        </dd>
        <dt>{t("days")}</dt>
        <dd>{t("dayPair", { first: wanted.firstDay, last })}</dd>
        <dt>{t("tenants")}</dt>
        <dd>
          {t("count", { count: tenants.length })}
          {tenants.map((masked, place) => (
            <div key={place}>
              <KnownWords masked={masked} />
            </div>
          ))}
        </dd>
      </dl>
      <p className="spread">{children}</p>
    </section>
  );
}
