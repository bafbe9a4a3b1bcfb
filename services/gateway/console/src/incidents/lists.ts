import { useQuery } from "@tanstack/react-query";
import { incidents } from "../api/client";
import type { components } from "../api/generated/incidents";
import { answered } from "../api/problems";
import type { Language } from "../i18n/language";

export type Label = components["schemas"]["Label"];

/** Classifications, methods and tips with their words; they change with a release alone. */
export function useLists() {
  return useQuery({
    queryKey: ["incident-lists"],
    staleTime: Infinity,
    queryFn: () => answered(incidents.GET("/api/v1/incidents/lists")),
  });
}

export function wordOf(label: Label, language: Language): string {
  return language === "en" ? label.en : label.zh;
}

/** The word for a code, or a blank while the lists are not there. */
export function wordFor(labels: Label[] | undefined, code: string, language: Language): string {
  const label = labels?.find(({ id }) => id === code);
  return label === undefined ? "…" : wordOf(label, language);
}
