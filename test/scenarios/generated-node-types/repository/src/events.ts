// Generated from schema/events.json.
export type Event =
  | "opened"
  | "closed";
