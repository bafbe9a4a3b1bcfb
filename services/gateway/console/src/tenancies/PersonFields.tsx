import { Button, Input } from "antd";
import { Field, wrongWith } from "../app/Field";
import type { DocumentKind, Typed } from "./person";
import type { Known } from "./receipts";
import { tenancyTexts } from "./texts";
import type { Resolving } from "./useResolving";

const KINDS = [
  ["resident_id", "resident_id"],
  ["passport", "passport"],
  ["other", "otherDocument"],
] as const;

interface Props {
  legend: string;
  /** Path of the person in the request that names him. */
  path: string;
  /** The premises at which he is named. */
  premisesId: string;
  typed: Typed;
  set: (typed: Typed) => void;
  resolving: Resolving;
  remove?: (() => void) | undefined;
}

/** A person as the papers name him; the browser is asked to remember none of it. */
export function PersonFields(props: Props) {
  const { legend, path, premisesId, typed, set, resolving, remove } = props;
  const { t } = tenancyTexts.useText();
  const { busy, refusal, check } = resolving;
  const known = resolving.known(typed, premisesId);
  return (
    <fieldset>
      <legend>{legend}</legend>
      <div className="fields">
        <Field label={t("kind")} path={`${path}.document_kind`} refusal={refusal}>
          {(parts) => (
            <select
              {...parts}
              value={typed.kind}
              onChange={(change) => set({ ...typed, kind: change.target.value as DocumentKind })}
            >
              {KINDS.map(([kind, word]) => (
                <option key={kind} value={kind}>
                  {t(word)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field
          label={t("number")}
          path={`${path}.document_number`}
          refusal={refusal}
          problem={wrongWith(refusal, `${path}.receipt`)}
        >
          {(parts) => (
            <Input
              {...parts}
              autoComplete="off"
              autoCapitalize="characters"
              maxLength={60}
              value={typed.number}
              onChange={(change) => set({ ...typed, number: change.target.value })}
            />
          )}
        </Field>
        <Field label={t("name")} path={`${path}.name`} refusal={refusal}>
          {(parts) => (
            <Input
              {...parts}
              autoComplete="off"
              maxLength={200}
              value={typed.name}
              onChange={(change) => set({ ...typed, name: change.target.value })}
            />
          )}
        </Field>
        <Field label={t("phone")} path={`${path}.phone`} refusal={refusal}>
          {(parts) => (
            <Input
              {...parts}
              type="tel"
              autoComplete="off"
              maxLength={40}
              value={typed.phone}
              onChange={(change) => set({ ...typed, phone: change.target.value })}
            />
          )}
        </Field>
      </div>
      <p className="spread">
        {known === undefined ? (
          <Button onClick={() => void check(path, typed, premisesId)} disabled={busy}>
            {t("check")}
          </Button>
        ) : (
          <span role="status">
            <KnownWords masked={known.masked} />
          </span>
        )}
        {remove !== undefined && (
          <Button onClick={remove} disabled={busy}>
            {t("remove")}
          </Button>
        )}
      </p>
    </fieldset>
  );
}

/** The paths under which a refusal speaks of a person beside a field. */
export function personPaths(path: string): string[] {
  const names = ["document_kind", "document_number", "name", "phone", "receipt"];
  return names.map((name) => `${path}.${name}`);
}

/** Who was resolved, masked as the service answered it. */
export function KnownWords({ masked }: { masked: Known["masked"] }) {
  const { t } = tenancyTexts.useText();
  if (masked === null) return <>{t("known")}</>;
  const kind = KINDS.find(([each]) => each === masked.document_kind)?.[1] ?? "otherDocument";
  return (
    <>
      {t("knownAs", { name: masked.name, kind: t(kind), number: masked.document_number })}
      {masked.phone !== null && t("knownPhone", { phone: masked.phone })}
    </>
  );
}
