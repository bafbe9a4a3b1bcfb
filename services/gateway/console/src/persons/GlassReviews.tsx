import { useQuery } from "@tanstack/react-query";
import { Alert, Button } from "antd";
import { useState } from "react";
import { useAccount } from "../app/account";
import { Facts } from "../app/Facts";
import { Refused } from "../app/Field";
import { Loading } from "../app/Loading";
import { shellTexts } from "../app/texts";
import { etag, useChange } from "../api/change";
import { population } from "../api/client";
import type { components } from "../api/generated/population";
import { answered, refusalOf } from "../api/problems";
import { moment, useNow } from "../i18n/time";
import { personsTexts } from "./pagetexts";

type Glass = components["schemas"]["GlassView"];

const GLASS = ["glass"];

/** The breakings of the glass that wait for the superior who looks at this page. */
export function GlassReviews() {
  const { t } = personsTexts.useText();
  const shell = shellTexts.useText();
  const [reviewed, setReviewed] = useState(false);
  const { data, error } = useQuery({
    queryKey: GLASS,
    gcTime: 0,
    queryFn: async () =>
      (await answered(population.GET("/api/v1/population/break-glass"))).items,
  });
  return (
    <section aria-labelledby="glass">
      <h2 id="glass">{t("glassHeading")}</h2>
      {reviewed && <Alert type="success" role="status" title={t("reviewed")} />}
      {error !== null && (
        <Alert type="error" role="alert" title={refusalOf(error).title ?? t("failed")} />
      )}
      {data === undefined && error === null && <Loading label={shell.t("loading")} />}
      {data?.length === 0 && <p className="panel">{t("glassNone")}</p>}
      <ul className="rows">
        {data?.map((glass) => (
          <li key={glass.glass_id}>
            <Broken glass={glass} done={() => setReviewed(true)} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Broken({ glass, done }: { glass: Glass; done: () => void }) {
  const { t, language } = personsTexts.useText();
  const { account_id: own } = useAccount();
  const late = Date.parse(glass.review_due_at) < useNow();
  const review = useChange<number>({
    about: GLASS,
    done,
    send: (version, key) =>
      answered(
        population.POST("/api/v1/population/break-glass/{glass_id}/reviews", {
          params: {
            path: { glass_id: glass.glass_id },
            header: { "idempotency-key": key, "if-match": etag(version) },
          },
        }),
      ),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        review.mutate(glass.version);
      }}
    >
      <p>{glass.reason}</p>
      <Facts
        rows={[
          [t("brokenAt"), moment(glass.broken_at, language)],
          [t("reviewBy"), moment(glass.review_due_at, language)],
        ]}
      />
      {late && <p className="late">{t("overdue")}</p>}
      <Refused refusal={review.error === null ? null : refusalOf(review.error)} beside={[]} />
      {glass.account === own ? (
        <p className="quiet">{t("ownGlass")}</p>
      ) : (
        <Button htmlType="submit" disabled={review.isPending}>
          {t(review.isPending ? "reviewing" : "reviewGlass")}
        </Button>
      )}
    </form>
  );
}
