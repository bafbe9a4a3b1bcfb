const SEARCHING = new Set(["officer", "room_head", "station_head"]);
const REVIEWING = new Set(["room_head", "station_head"]);

/** Who searches and reads persons of the own areas. */
export function searchesPersons(role: string): boolean {
  return SEARCHING.has(role);
}

/** Who reviews the readings without an open item. */
export function reviewsGlass(role: string): boolean {
  return REVIEWING.has(role);
}
