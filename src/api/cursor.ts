import type { IncidentPosition } from '../store/incidents/incident-views.ts';

const POSITION =
  /^(2\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}Z) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** A position as clients carry it: opaque to them. */
export function encodeCursor({ openedAt, id }: IncidentPosition): string {
  return Buffer.from(`${openedAt} ${id}`).toString('base64url');
}

/** Undefined when the text was not made by `encodeCursor`. */
export function decodeCursor(cursor: string): IncidentPosition | undefined {
  const [, openedAt, id] = POSITION.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  return openedAt !== undefined && id !== undefined && isOnCalendar(openedAt) ? { openedAt, id } : undefined;
}

/** 30 February has the form of a date, and PostgreSQL would refuse it. */
function isOnCalendar(moment: string): boolean {
  const time = new Date(moment);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(moment.slice(0, 10));
}
