interface Page<Item> {
  items: Item[];
  next: string | null;
}

type ReadPage<Item> = (page: { limit: number; cursor?: string }) => Promise<Page<Item>>;

/** Read a list page by page until it holds so many; `more` says whether others are left. */
export async function pagesUpTo<Item>(
  most: number,
  read: ReadPage<Item>,
): Promise<{ items: Item[]; more: boolean }> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<Item> = await read({ limit: 200, ...(cursor !== null && { cursor }) });
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== null && items.length < most);
  return { items, more: cursor !== null };
}

/** Read a list to its end. */
export async function allPages<Item>(read: ReadPage<Item>): Promise<Item[]> {
  return (await pagesUpTo(Infinity, read)).items;
}
