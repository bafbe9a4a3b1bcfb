import { Alert } from "antd";
import { useState } from "react";
import { Loading } from "../app/Loading";
import { SearchBox } from "../app/SearchBox";
import { useRoleName, shellTexts } from "../app/texts";
import { blankBody } from "../desk/Body";
import { defineTexts } from "../i18n/texts";
import { useRules } from "./rules";

const texts = defineTexts(
  "rules",
  {
    intro: "每条规则说明：发生什么事时，通知哪个岗位，提供哪些内容。",
    search: "按说明或岗位筛选",
    example: "通知示例",
    failed: "规则未能载入。",
    count: "共 {{count}} 条",
  },
  {
    intro: "Each rule says what happens, which desk is told, and what it is told.",
    search: "Filter by explanation or desk",
    example: "What the notice looks like",
    failed: "The rules could not be loaded.",
    count: "{{count}} rules",
  },
);

export default function RulesPage() {
  const { t, language } = texts.useText();
  const shell = shellTexts.useText();
  const roleName = useRoleName();
  const [wanted, setWanted] = useState("");
  const { data, error } = useRules();
  const zh = language === "zh-CN";
  const word = wanted.trim().toLowerCase();
  const rows = (data ?? [])
    .flatMap((rule) => (rule.role === null ? [] : [{ ...rule, role: rule.role }]))
    .map((rule) => ({
      id: rule.id,
      told: roleName(rule.role),
      explanation: zh ? rule.explanation_zh : rule.explanation_en,
      premises: rule.preview?.premises_id ?? null,
      title: zh ? rule.preview?.title_zh : rule.preview?.title_en,
      body: zh ? rule.preview?.body_zh : rule.preview?.body_en,
    }))
    .filter((row) => `${row.told} ${row.explanation}`.toLowerCase().includes(word));
  return (
    <>
      <h1>{shell.t("/rules")}</h1>
      <p>{t("intro")}</p>
      <div className="spread">
        <SearchBox label={t("search")} value={wanted} set={setWanted} />
        <span className="quiet" role="status">
          {t("count", { count: rows.length })}
        </span>
      </div>
      {error !== null && <Alert type="error" title={t("failed")} />}
      {data === undefined && error === null && <Loading label={shell.t("loading")} />}
      {rows.map((row) => (
        <article key={row.id} className="panel" style={{ marginTop: "0.5rem" }}>
          <strong>{row.told}</strong>
          <p>{row.explanation}</p>
          {row.title !== undefined && (
            <details>
              <summary>{t("example")}</summary>
              <p>{row.title}</p>
              <p className="quiet">{blankBody(row.body ?? "", row.premises)}</p>
            </details>
          )}
        </article>
      ))}
    </>
  );
}
