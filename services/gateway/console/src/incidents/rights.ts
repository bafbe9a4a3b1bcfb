const HANDLING = new Set(["officer", "room_head"]);
const READING = new Set([...HANDLING, "station_head", "bureau"]);

/** Whether a role takes reports in, goes to the scene and closes incidents. */
export const handlesIncidents = (role: string): boolean => HANDLING.has(role);

/** Whether a role sees the incidents of its areas. */
export const readsIncidents = (role: string): boolean => READING.has(role);
