import { Button } from "antd";

interface Props {
  found: {
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    fetchNextPage: () => Promise<unknown>;
  };
  label: string;
}

/** Leads to the next page of a list, where there is one. */
export function More({ found, label }: Props) {
  if (!found.hasNextPage) return null;
  return (
    <Button
      className="unprinted"
      loading={found.isFetchingNextPage}
      onClick={() => void found.fetchNextPage()}
    >
      {label}
    </Button>
  );
}
