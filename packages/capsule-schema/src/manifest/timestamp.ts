import { checkTime } from '../archive/write-archive.ts';
import { SchemaError } from '../errors.ts';
import { quote } from '../quote.ts';

/**
 * Writes seconds since 1970 as RFC 3339 in UTC, `2026-11-20T09:33:31Z`.
 * @throws {SchemaError} `TIME_INVALID`.
 */
export function formatTimestamp(seconds: number): string {
  checkTime(seconds);
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

/**
 * Parses what {@link formatTimestamp} writes, and no other spelling of a time.
 * @throws {SchemaError} `TIME_INVALID`.
 */
export function parseTimestamp(text: string): number {
  const seconds = Date.parse(text) / 1000;
  if (Number.isInteger(seconds) && seconds >= 0 && formatTimestamp(seconds) === text) return seconds;
  throw new SchemaError('TIME_INVALID', `${quote(text)} is not a UTC time like 2026-11-20T09:33:31Z`);
}
