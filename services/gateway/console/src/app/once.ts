import { useCallback, useState } from "react";
import { type Refusal, refusalOf } from "../api/problems";

/**
 * Asks for what may be read for a purpose only. The answer lies in this one piece of the page, in
 * no cache and no storage, and is gone with it.
 */
export function useOnce<Asked, Told>(ask: (asked: Asked) => Promise<Told>) {
  const [told, setTold] = useState<Told | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [asking, setAsking] = useState(false);
  const read = async (asked: Asked) => {
    setAsking(true);
    setRefusal(null);
    try {
      setTold(await ask(asked));
    } catch (error) {
      setRefusal(refusalOf(error));
    }
    setAsking(false);
  };
  const forget = useCallback(() => {
    setTold(null);
    setRefusal(null);
  }, []);
  return { told, refusal, asking, read, forget };
}
