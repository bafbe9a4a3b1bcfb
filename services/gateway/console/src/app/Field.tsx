import { Alert } from "antd";
import { type ReactNode, useEffect, useId, useRef } from "react";
import type { Refusal } from "../api/problems";
import { defineTexts } from "../i18n/texts";

const texts = defineTexts(
  "form",
  {
    correct: "请改正标明的内容。",
    away: "网络或服务暂时不可用。填写的内容仍在本页，请再次提交，不会重复登记。",
  },
  {
    correct: "Please correct what is marked.",
    away: "The network or the service is not available for a moment. What you typed is still here; submit it again, it will not be done twice.",
  },
);

/** What an input takes so that its label and its error belong to it. */
export interface InputParts {
  id: string;
  "aria-invalid"?: true;
  "aria-describedby"?: string;
}

interface FieldProps {
  label: string;
  /** Path of the field in the request, as a refusal names it, such as `tenants.0.receipt`. */
  path?: string;
  refusal?: Refusal | null;
  /** What the page itself finds wrong; it is said instead of the refusal. */
  problem?: string | null;
  hint?: string;
  children: (parts: InputParts) => ReactNode;
}

/** A label, its input, and beside it what is wrong with it. */
export function Field({ label, path, refusal, problem, hint, children }: FieldProps) {
  const id = useId();
  const wrong = problem ?? (path === undefined ? null : wrongWith(refusal ?? null, path));
  const described = [hint && `${id}-hint`, wrong && `${id}-wrong`].filter(Boolean).join(" ");
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        ...(wrong !== null && { "aria-invalid": true }),
        ...(described !== "" && { "aria-describedby": described }),
      })}
      {hint && (
        <div id={`${id}-hint`} className="quiet">
          {hint}
        </div>
      )}
      {wrong !== null && (
        <div id={`${id}-wrong`} className="wrong">
          {wrong}
        </div>
      )}
    </div>
  );
}

/** What a refusal says of one field, or null. */
export function wrongWith(refusal: Refusal | null, path: string): string | null {
  return refusal?.fields.find((each) => each.field === path)?.message ?? null;
}

/**
 * What a refusal says beyond the fields that stand on the page, and the way to those.
 * Put it into the form, before its button.
 */
export function Refused(props: { refusal: Refusal | null; beside: readonly string[] }) {
  const { refusal, beside } = props;
  const { t } = texts.useText();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (refusal === null) return;
    const wrong = place.current
      ?.closest("form")
      ?.querySelector<HTMLElement>("[aria-invalid=true]");
    if (wrong) wrong.focus();
    else place.current?.scrollIntoView({ block: "nearest" });
  }, [refusal]);
  if (refusal === null) return null;
  const others = refusal.fields.filter((each) => !beside.includes(each.field));
  const marked = refusal.fields.length > others.length;
  const said = refusal.unsure ? t("away") : (refusal.title ?? t("away"));
  const more = new Set(others.map((each) => each.message).filter((message) => message !== said));
  return (
    <div ref={place}>
      <Alert
        type="error"
        role="alert"
        title={marked && others.length === 0 ? t("correct") : said}
        description={
          more.size > 0 && [...more].map((message) => <div key={message}>{message}</div>)
        }
      />
    </div>
  );
}
