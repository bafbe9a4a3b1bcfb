import { NotLoaded } from "../app/NotLoaded";
import { shellTexts } from "../app/texts";
import { AlertRules } from "./AlertRules";
import { DeadLetters } from "./DeadLetters";
import { useSeen } from "./reading";
import { ServiceCard } from "./ServiceCard";
import { operationsTexts } from "./texts";

/** How the network runs, for who operates it: services, dead letters and what alerts watch. */
export default function OperationsPage() {
  const { t } = operationsTexts.useText();
  const shell = shellTexts.useText();
  const { seen, lookAgain } = useSeen();
  const nobody = seen.every(({ refusal }) => refusal?.status === 0);
  return (
    <>
      <h1>{shell.t("/operations")}</h1>
      <p className="quiet">{t("intro")}</p>
      {nobody && <NotLoaded title={t("allAway")} retry={lookAgain} />}
      {!nobody && (
        <section aria-labelledby="services">
          <h2 id="services">{t("services")}</h2>
          <div className="cards">
            {seen.map((one) => (
              <ServiceCard key={one.service} seen={one} />
            ))}
          </div>
        </section>
      )}
      <DeadLetters />
      <AlertRules seen={seen} />
    </>
  );
}
