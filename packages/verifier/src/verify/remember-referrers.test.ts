import { MemoryStore, OciError } from '@release-capsule/oci';
import { describe, expect, it } from 'vitest';
import { altered } from '../signature/testing/altered-store.ts';
import { attach, pushSubject } from '../signature/testing/signing.ts';
import { rememberReferrers } from './remember-referrers.ts';

describe('rememberReferrers', () => {
  it('lists the referrers of each manifest once', async () => {
    const { store, subject, other, asked } = await setUp();
    const remembering = rememberReferrers(store);

    const lists = [
      await Array.fromAsync(remembering.referrers(subject)),
      await Array.fromAsync(remembering.referrers(subject)),
      await Array.fromAsync(remembering.referrers(other)),
      await Array.fromAsync(remembering.referrers(subject, 'application/other')),
    ];

    expect(lists.map((list) => list.length)).toEqual([2, 2, 0, 0]);
    expect(asked).toEqual([subject.digest, other.digest, subject.digest]);
  });

  it('asks again after a list that broke off, or was not read to its end', async () => {
    const { store, subject, asked, breakOff } = await setUp();
    const remembering = rememberReferrers(store);

    breakOff();
    await expect(Array.fromAsync(remembering.referrers(subject))).rejects.toThrow('later');
    for await (const _first of remembering.referrers(subject)) break;

    expect(await Array.fromAsync(remembering.referrers(subject))).toHaveLength(2);
    expect(asked).toHaveLength(3);
  });
});

async function setUp() {
  const memory = new MemoryStore();
  const [subject, other] = [await pushSubject(memory), await pushSubject(memory, 'other')];
  for (const text of ['one', 'two']) await attach(memory, { subject, bytes: Buffer.from(text) });
  const asked: string[] = [];
  let breaksOff = false;
  const store = altered(memory, {
    async *referrers(of, artifactType, signal) {
      asked.push(of.digest);
      for await (const referrer of memory.referrers(of, artifactType, signal)) {
        yield referrer;
        if (breaksOff) {
          breaksOff = false;
          throw new OciError('THROTTLED', 'later');
        }
      }
    },
  });
  return { store, subject, other, asked, breakOff: () => void (breaksOff = true) };
}
