import { type ReactNode, useEffect, useRef } from "react";
import { Facts } from "../app/Facts";
import { KnownWords } from "./PersonFields";
import { tenancyTexts } from "./texts";
import type { Done } from "./useRegistration";

/** What was registered, and by `children` what can be done next. */
export function RegisteredNote({ done, children }: { done: Done; children: ReactNode }) {
  const { t } = tenancyTexts.useText();
  const { premises, tenants } = done;
  const heading = useRef<HTMLHeadingElement>(null);
  // The form is gone and with it the focus: it goes on where the answer stands.
  useEffect(() => heading.current?.focus(), []);
  const room = done.room === null ? t("whole") : t("roomNumber", { room: done.room });
  const last = done.lastDay ?? t("open");
  return (
    <section className="panel" role="status">
      <h2 ref={heading} tabIndex={-1}>
        {t("done")}
      </h2>
      <Facts
        rows={[
          [t("place"), `${premises.area} ${premises.label} ${room}`],
          [t("days"), t("dayPair", { first: done.firstDay, last })],
          [t("tenants"), t("count", { count: tenants.length })],
        ]}
      />
      <ul>
        {tenants.map((masked, place) => (
          <li key={place}>
            <KnownWords masked={masked} />
          </li>
        ))}
      </ul>
      <p className="spread">{children}</p>
    </section>
  );
}
