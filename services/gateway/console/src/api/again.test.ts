import { InfiniteQueryObserver, QueryClient } from "@tanstack/react-query";
import { expect, it } from "vitest";
import { readAgain } from "./again";

const LIST = ["list"];

/** A list of which every page comes when it is let. */
function slowList(queries: QueryClient) {
  const waiting: (() => void)[] = [];
  const observer = new InfiniteQueryObserver(queries, {
    queryKey: LIST,
    initialPageParam: 0,
    queryFn: ({ pageParam }) =>
      new Promise<number>((resolve) => waiting.push(() => resolve(pageParam))),
    getNextPageParam: (page) => page + 1,
  });
  const close = observer.subscribe(() => undefined);
  const shown = () => observer.getCurrentResult().data?.pages;
  const come = async (pages: number) => {
    for (let page = 0; page < pages; page += 1) {
      await expect.poll(() => waiting.length).toBe(1);
      waiting.pop()?.();
    }
  };
  return { observer, shown, come, close };
}

it("does not give up a page that was asked for when a notice comes meanwhile", async () => {
  const queries = new QueryClient();
  const { observer, shown, come, close } = slowList(queries);
  await come(1);
  await expect.poll(shown).toEqual([0]);
  void observer.fetchNextPage();
  const again = readAgain(queries, LIST);
  await come(1);
  await expect.poll(shown).toEqual([0, 1]);
  await come(2);
  await again;
  expect(shown()).toEqual([0, 1]);
  close();
});
