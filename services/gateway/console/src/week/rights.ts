const READING = new Set(["station_head", "bureau"]);

/** Whether a role reads how the notices of the desks below it went. */
export const readsWeek = (role: string): boolean => READING.has(role);
