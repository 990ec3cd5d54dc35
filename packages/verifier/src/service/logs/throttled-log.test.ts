import { expect, test } from 'vitest';
import { ThrottledLog } from './throttled-log.ts';

test('each kind is said at once, then once a minute, with how often it was not said', () => {
  let nowMs = Date.parse('2026-01-01T00:00:00Z');
  const lines: object[] = [];
  const log = new ThrottledLog((entry) => lines.push(entry), () => new Date(nowMs));
  for (let at = 0; at < 5; at += 1) log.say('a', { event: 'x' });
  log.say('b', { event: 'y' });
  nowMs += 60_000;
  log.say('a', { event: 'x' });
  nowMs += 60_000;
  log.say('a', { event: 'x' });

  expect(lines).toEqual([
    { level: 'warn', time: '2026-01-01T00:00:00.000Z', event: 'x' },
    { level: 'warn', time: '2026-01-01T00:00:00.000Z', event: 'y' },
    { level: 'warn', time: '2026-01-01T00:01:00.000Z', event: 'x', unsaid: 4 },
    { level: 'warn', time: '2026-01-01T00:02:00.000Z', event: 'x' },
  ]);
});

test('however many kinds there are, a hundred a minute are said', () => {
  let nowMs = 0;
  const lines: object[] = [];
  const log = new ThrottledLog((entry) => lines.push(entry), () => new Date(nowMs));
  for (let at = 0; at < 1000; at += 1) log.say(`kind ${at}`, {});
  expect(lines).toHaveLength(100);
  nowMs = 60_000;
  for (let at = 0; at < 1000; at += 1) log.say(`later ${at}`, {});
  expect(lines).toHaveLength(200);
});
