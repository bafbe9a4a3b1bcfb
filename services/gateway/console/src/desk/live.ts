import { type QueryKey, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { readAgain } from "../api/again";
import { onNoticeEvents } from "./store";

/** Read something again whenever the desk hears of a notice. */
export function useReadAgain(queryKey: QueryKey): void {
  const queries = useQueryClient();
  useEffect(() => onNoticeEvents(() => void readAgain(queries, queryKey)), [queries, queryKey]);
}
