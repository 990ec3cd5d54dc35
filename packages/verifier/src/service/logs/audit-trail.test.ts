import { expect, test } from 'vitest';
import { AuditTrail } from './audit-trail.ts';

const blocked = { code: 'AUDIT_BLOCKED', status: 503, headers: { 'retry-after': '5' } };

interface Pipe {
  readonly lines: object[];
  readonly onAudit: (entry: object) => Promise<void>;
  readonly read: () => void;
}

/** A pipe that is full until it is read. */
function fullPipe(): Pipe {
  const lines: object[] = [];
  const taken: (() => void)[] = [];
  return {
    lines,
    onAudit: (entry) => (lines.push(entry), new Promise((resolve) => taken.push(resolve))),
    read: () => taken.splice(0).forEach((take) => take()),
  };
}

test('an answer waits until its line was taken', async () => {
  const pipe = fullPipe();
  const trail = new AuditTrail({ onAudit: pipe.onAudit });
  let isWritten = false;
  const writing = trail.write({ at: 1 }, 10_000).then(() => (isWritten = true));
  await new Promise(setImmediate);
  expect([isWritten, trail.waiting]).toEqual([false, 1]);
  pipe.read();
  await writing;

  expect(trail.waiting).toBe(0);
});

test('an answer whose line was not taken in time is not given; the line stays to be written', async () => {
  const pipe = fullPipe();
  const trail = new AuditTrail({ onAudit: pipe.onAudit });

  await expect(trail.write({ at: 1 }, 0)).rejects.toMatchObject(blocked);
  expect([pipe.lines, trail.waiting]).toEqual([[{ at: 1 }], 1]);
});

test('from 64 lines on nothing begins, until half of them were taken; both are told once', async () => {
  const told: boolean[] = [];
  const pipe = fullPipe();
  const trail = new AuditTrail({ onAudit: pipe.onAudit, onBlocked: (isBlocked) => told.push(isBlocked) });
  const writing = Array.from({ length: 63 }, (_, at) => trail.write({ at }, 10_000));
  expect(() => trail.assertOpen()).not.toThrow();
  writing.push(trail.write({ at: 63 }, 10_000));
  expect(() => trail.assertOpen()).toThrow(expect.objectContaining(blocked));
  pipe.read();
  await Promise.all(writing);

  expect(() => trail.assertOpen()).not.toThrow();
  expect([told, pipe.lines.length]).toEqual([[true, false], 64]);
});

test('a line that is lost is no answer, and blocks nothing', async () => {
  const trail = new AuditTrail({ onAudit: () => Promise.reject(new Error('the disk is full')) });
  await expect(trail.write({}, 10_000)).rejects.toThrow('the disk is full');
  const thrower = new AuditTrail({ onAudit: () => { throw new Error('at once'); } });
  await expect(thrower.write({}, 10_000)).rejects.toThrow('at once');

  expect([trail.waiting, thrower.waiting]).toEqual([0, 0]);
});
