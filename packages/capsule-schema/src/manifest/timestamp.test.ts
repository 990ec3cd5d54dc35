import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SchemaError } from '../errors.ts';
import { times } from '../testing/arbitraries.ts';
import { refusal } from '../testing/refusal.ts';
import { formatTimestamp, parseTimestamp } from './timestamp.ts';

describe('formatTimestamp', () => {
  it.each([
    [0, '1970-01-01T00:00:00Z'],
    [1_795_167_211, '2026-11-20T09:33:31Z'],
    [2 ** 33 - 1, '2242-03-16T12:56:31Z'],
  ])('writes %d as %s', (seconds, text) => {
    expect(formatTimestamp(seconds)).toBe(text);
  });

  it.each([-1, 0.5, 2 ** 33, Number.NaN])('refuses %d', (seconds) => {
    expect(() => formatTimestamp(seconds)).toThrow(refusal('TIME_INVALID'));
  });
});

describe('parseTimestamp', () => {
  it('reads what formatTimestamp writes', () => {
    fc.assert(fc.property(times, (seconds) => parseTimestamp(formatTimestamp(seconds)) === seconds));
  });

  it.each([
    '',
    '2026-11-20',
    '2026-11-20T09:33:31',
    '2026-11-20T09:33:31z',
    '2026-11-20t09:33:31Z',
    '2026-11-20 09:33:31Z',
    '2026-11-20T09:33:31.000Z',
    '2026-11-20T09:33:31+00:00',
    '2026-11-20T10:33:31+01:00',
    '2026-11-20T24:00:00Z',
    '2026-02-30T00:00:00Z',
    '2026-11-20T09:33:60Z',
    '1969-12-31T23:59:59Z',
    '2242-03-16T12:56:32Z',
    '+010000-01-01T00:00:00Z',
    '2026-11-20T09:33:31Z ',
    '2026-11-20T09:33:31Z\n',
    '1795167211',
    'Fri, 20 Nov 2026 09:33:31 GMT',
    'undefined',
  ])('refuses %j', (text) => {
    expect(() => parseTimestamp(text)).toThrow(refusal('TIME_INVALID'));
  });

  it('gives a time or a typed error for any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.date({ noInvalidDate: true }).map((date) => date.toISOString())), (text) => {
        try {
          expect(formatTimestamp(parseTimestamp(text))).toBe(text);
        } catch (error) {
          expect(error).toBeInstanceOf(SchemaError);
        }
      }),
    );
  });
});
