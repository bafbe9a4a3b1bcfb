import { type ComponentType, lazy, useState } from "react";

type File = { default: ComponentType };

/** A page in a file of its own, which `load` fetches before the page is shown. */
export type Page = ComponentType & { load: () => Promise<unknown> };

/**
 * A page whose file is fetched when it is first needed, and which is shown at once where the file
 * is there already: what has to wait is kept back by React for 300 ms, however soon it comes.
 */
export function page(file: () => Promise<File>): Page {
  let there: ComponentType | null = null;
  let coming: Promise<File> | null = null;

  async function fetched(): Promise<File> {
    try {
      const come = await file();
      there = come.default;
      return come;
    } catch (fault) {
      coming = null;
      throw fault;
    }
  }

  const load = () => (coming ??= fetched());
  const Later = lazy(load);

  function Shown() {
    const [Content] = useState<ComponentType>(() => there ?? Later);
    return <Content />;
  }
  return Object.assign(Shown, { load });
}
