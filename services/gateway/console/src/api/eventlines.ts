export interface LiveEvent {
  name: string;
  data: Record<string, unknown>;
}

/** Puts server-sent events together out of what the network hands over. */
export class EventLines {
  /** Id of the last whole event; a new stream goes on after it. */
  lastId: string | null = null;
  #rest = "";

  /** Forget half an event of a stream that broke off. */
  restart(): void {
    this.#rest = "";
  }

  take(text: string): LiveEvent[] {
    const blocks = (this.#rest + text).split("\n\n");
    this.#rest = blocks.pop() ?? "";
    return blocks.flatMap((block) => this.#event(block));
  }

  #event(block: string): LiveEvent[] {
    const fields = new Map<string, string>();
    for (const line of block.split("\n")) {
      const colon = line.indexOf(":");
      if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1).replace(/^ /, ""));
    }
    this.lastId = fields.get("id") ?? this.lastId;
    const data = fields.get("data");
    if (data === undefined) return [];
    return [{ name: fields.get("event") ?? "message", data: JSON.parse(data) }];
  }
}
