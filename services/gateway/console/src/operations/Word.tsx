import type { Bundle } from "../i18n/texts";

/** The word for a code; a code that no text knows is shown as it is. */
export function Word<Key extends string>({ of, code }: { of: Bundle<Key>; code: string }) {
  const { t } = of.useText();
  return of.has(code) ? <>{t(code)}</> : <Code text={code} />;
}

/** What is called the same in every language: on the command line, in logs and in runbooks. */
export function Code({ text }: { text: string }) {
  return <code lang="en">{text}</code>;
}
