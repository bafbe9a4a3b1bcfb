import { useMutation } from "@tanstack/react-query";
import { Button } from "antd";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { Link, useNavigate } from "react-router";
import { Refused, wrongWith } from "../app/Field";
import { population } from "../api/client";
import type { components } from "../api/generated/population";
import { useKeys } from "../api/keys";
import { answered, refusalOf } from "../api/problems";
import type { Masked } from "../persons/person";
import { PersonFacts } from "../persons/PersonFacts";
import { PersonSearch } from "../persons/PersonSearch";
import { entryFormTexts } from "./formtexts";
import {
  bodyOf,
  type Ground,
  GROUND_FIELDS,
  type GroundField,
  missingOf,
  NO_GROUND,
} from "./ground";
import { GroundFields } from "./GroundFields";
import { registerTexts } from "./texts";

export function NewEntryPage() {
  const { t } = entryFormTexts.useText();
  const register = registerTexts.useText();
  const navigate = useNavigate();
  const form = useRef<HTMLFormElement>(null);
  const [person, setPerson] = useState<Masked | null>(null);
  const [ground, setGround] = useState<Ground>(NO_GROUND);
  const [asked, setAsked] = useState(0);
  const making = useMaking((id) => void navigate(`/register/${id}`, { state: { made: true } }));
  const refusal = making.error === null ? null : refusalOf(making.error);
  const missing: GroundField[] = asked > 0 ? missingOf(ground) : [];
  const wrongPerson =
    person === null && asked > 0 ? t("personFirst") : wrongWith(refusal, "person_id");
  useEffect(() => {
    if (asked > 0) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [asked]);

  function submit(event: FormEvent): void {
    event.preventDefault();
    const body = person === null ? null : bodyOf(person.person_id, ground);
    if (body === null) setAsked(asked + 1);
    else making.mutate(body);
  }

  return (
    <>
      <h1>{t("heading")}</h1>
      <p className="quiet">{t("intro")}</p>
      <h2>{t("stepPerson")}</h2>
      {person === null ? (
        <PersonSearch action={t("pick")} choose={setPerson} />
      ) : (
        <section className="panel" aria-label={t("picked")}>
          <PersonFacts person={person} />
          <Button onClick={() => setPerson(null)}>{t("change")}</Button>
        </section>
      )}
      {wrongPerson !== null && (
        <p className="wrong" role="alert">
          {wrongPerson}
        </p>
      )}
      <h2>{t("stepGround")}</h2>
      <form className="panel" noValidate ref={form} onSubmit={submit}>
        <GroundFields
          ground={ground}
          set={setGround}
          missing={missing}
          refusal={refusal}
        />
        <Refused refusal={refusal} beside={["person_id", ...GROUND_FIELDS]} />
        <p className="spread">
          <Button type="primary" htmlType="submit" disabled={making.isPending}>
            {t(making.isPending ? "submitting" : "submit")}
          </Button>
          <Link to="/register">{register.t("back")}</Link>
        </p>
      </form>
    </>
  );
}

/** Makes an entry; the same content goes out under one key until it was answered. */
function useMaking(made: (id: string) => void) {
  const keys = useKeys();
  return useMutation({
    gcTime: 0,
    mutationFn: (body: components["schemas"]["ListBody"]) => {
      return keys.run("entry", body, (key) =>
        answered(
          population.POST("/api/v1/population/supervision-entries", {
            params: { header: { "idempotency-key": key } },
            body,
          }),
        ),
      );
    },
    onSuccess: (answer) => made((answer as { id: string }).id),
  });
}
