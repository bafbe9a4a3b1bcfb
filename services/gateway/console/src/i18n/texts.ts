import i18next from "i18next";
import { useTranslation } from "react-i18next";
import type { Language } from "./language";

type Texts = Record<string, string>;
type Params = Record<string, string | number>;

/** A feature's texts: each has a Chinese and an English one, which the type checker sees to. */
export interface Bundle<Key extends string> {
  useText: () => { t: (key: Key, params?: Params) => string; language: Language };
  has: (key: string) => key is Key;
}

export function defineTexts<Zh extends Texts>(
  feature: string,
  zh: Zh,
  en: Record<keyof Zh, string>,
): Bundle<keyof Zh & string> {
  type Key = keyof Zh & string;
  i18next.addResourceBundle("zh-CN", feature, zh);
  i18next.addResourceBundle("en", feature, en);
  return {
    useText: () => {
      const { t, i18n } = useTranslation(feature);
      return {
        t: (key, params) => t(key, params ?? {}) as string,
        language: i18n.language === "en" ? "en" : "zh-CN",
      };
    },
    has: (key): key is Key => Object.hasOwn(zh, key),
  };
}
