import i18next from "i18next";
import { initReactI18next } from "react-i18next";

export type Language = "zh-CN" | "en";

const KEPT = "lianfang.language";

function kept(): Language {
  return localStorage.getItem(KEPT) === "en" ? "en" : "zh-CN";
}

function mark(language: Language): void {
  document.documentElement.lang = language;
}

export const startLanguage = async (): Promise<void> => {
  mark(kept());
  await i18next.use(initReactI18next).init({
    lng: kept(),
    fallbackLng: "zh-CN",
    resources: {},
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
};

export function languageNow(): Language {
  return i18next.language === "en" ? "en" : "zh-CN";
}

export async function changeLanguage(language: Language): Promise<void> {
  localStorage.setItem(KEPT, language);
  mark(language);
  await i18next.changeLanguage(language);
}
