import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";
import { useKeys } from "./keys";
import { refusalOf } from "./problems";

/** What was read is not so any more: gone, another state, another version, none named. */
const OUTDATED = new Set([404, 409, 412, 428]);

interface Options<Asked> {
  send: (asked: Asked, key: string) => Promise<unknown>;
  /** What is read again after the change, and when somebody else changed it before. */
  about: QueryKey;
  done?: (asked: Asked) => void;
}

/** A change of something that was read. What is asked names the version, so each goes out once. */
export function useChange<Asked>({ send, about, done }: Options<Asked>) {
  const keys = useKeys();
  const queries = useQueryClient();
  const reread = () => queries.invalidateQueries({ queryKey: about });
  return useMutation({
    mutationFn: (asked: Asked) => keys.run("change", asked, (key) => send(asked, key)),
    onSuccess: (_, asked) => {
      done?.(asked);
      return reread();
    },
    onError: (error) => {
      if (OUTDATED.has(refusalOf(error).status)) void reread();
    },
  });
}

/** A version as `If-Match` names it. */
export const etag = (version: number) => `"${version}"`;
