import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addToSharedList, defaultSettlePolicy, type ReadList, type SettlePolicy, type SharedList } from './shared-list.ts';
import { VirtualTime } from './testing/virtual-time.ts';

/** A list in memory, as registries keep one: each request takes its time on the way there and on the way back. */
class RacingList implements SharedList<string, undefined> {
  items: readonly string[] = [];
  writes = 0;
  readonly #time: VirtualTime;
  readonly #delayMs: () => number;

  constructor(time: VirtualTime, delayMs: () => number) {
    this.#time = time;
    this.#delayMs = delayMs;
  }

  keyOf = (item: string): string => item;

  async read(): Promise<ReadList<string, undefined>> {
    await this.#time.sleep(this.#delayMs());
    const { items } = this;
    await this.#time.sleep(this.#delayMs());
    return { items, version: undefined };
  }

  async write(read: ReadList<string, undefined>, added: readonly string[]): Promise<void> {
    await this.#time.sleep(this.#delayMs());
    this.items = [...read.items, ...added];
    this.writes++;
    await this.#time.sleep(this.#delayMs());
  }
}

interface Race {
  readonly writers: number;
  /** When each begins, and how long each way takes, in turn; in milliseconds. */
  readonly startsMs: readonly number[];
  readonly delaysMs: readonly number[];
  readonly chances: readonly number[];
}

/** Lets writers add one item each, and tells which of them were told that it stands, and what is in the list at the end. */
async function race({ writers, startsMs, delaysMs, chances }: Race, policy: SettlePolicy): Promise<{ readonly told: readonly string[]; readonly list: RacingList }> {
  const time = new VirtualTime(inTurn(chances));
  const list = new RacingList(time, inTurn(delaysMs));
  const told: string[] = [];
  const names = Array.from({ length: writers }, (_, index) => `writer ${index}`);
  const all = names.map(async (name, index) => {
    await time.sleep(startsMs[index % startsMs.length] ?? 0);
    if (await addToSharedList(list, [name], { clock: time, policy })) told.push(name);
  });
  await time.run();
  await Promise.all(all);
  return { told, list };
}

function inTurn(values: readonly number[]): () => number {
  let turn = 0;
  return () => values[turn++ % values.length] ?? 0;
}

// From reading to writing lie the way back of the one and the way there of the other: together no longer than two waits.
const longestWayMs = defaultSettlePolicy.waitMs / 2;

const races = fc.record({
  writers: fc.integer({ min: 1, max: 8 }),
  startsMs: fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 8 }),
  delaysMs: fc.array(fc.integer({ min: 0, max: longestWayMs }), { minLength: 1, maxLength: 60 }),
  chances: fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 30 }),
});

describe('addToSharedList', () => {
  it('loses nothing that it says stands, in whatever order up to eight writers read and write', async () => {
    await fc.assert(
      fc.asyncProperty(races, async (drawn) => {
        const { told, list } = await race(drawn, defaultSettlePolicy);
        expect(told).toHaveLength(drawn.writers);
        expect([...list.items].toSorted()).toEqual(told.toSorted());
      }),
    );
  });

  it('would lose items without looking twice: the race is a real one', async () => {
    const hasty = { ...defaultSettlePolicy, confirmations: 1, waitMs: 0, maxWaitMs: 0 };
    const lost = async (drawn: Race): Promise<number> => {
      const { told, list } = await race(drawn, hasty);
      return told.filter((name) => !list.items.includes(name)).length;
    };
    const losses = await Promise.all(fc.sample(races, { numRuns: 200, seed: 1 }).map(lost));

    expect(losses.some((count) => count > 0)).toBe(true);
  });

  it('says so where the writes it may do do not stand', async () => {
    const time = new VirtualTime(() => 0.5);
    const list = new RacingList(time, () => 1);
    list.write = async () => void list.writes++;

    const added = addToSharedList(list, ['mine'], { clock: time, policy: { ...defaultSettlePolicy, attempts: 4 } });
    await time.run();

    expect(await added).toBe(false);
    expect(list.writes).toBe(4);
  });

  it('leaves alone a list that holds the item already', async () => {
    const time = new VirtualTime(() => 0.5);
    const list = new RacingList(time, () => 1);
    list.items = ['mine', 'theirs'];

    const added = addToSharedList(list, ['mine'], { clock: time, policy: defaultSettlePolicy });
    await time.run();

    expect(await added).toBe(true);
    expect(list.writes).toBe(0);
    expect(time.now()).toBe(2);
  });

  it('writes once, and waits a fifth of a second on average, if there is no other writer', async () => {
    const waits = await Promise.all(
      [0, 0.5, 0.999].map(async (chance) => {
        const time = new VirtualTime(() => chance);
        const list = new RacingList(time, () => 0);
        const added = addToSharedList(list, ['mine'], { clock: time, policy: defaultSettlePolicy });
        await time.run();
        await added;
        expect(list.writes).toBe(1);
        return time.now();
      }),
    );

    expect(waits).toEqual([100, 200, 300]);
  });

  it('puts back what another writer has lost, once it has seen it', async () => {
    const time = new VirtualTime(() => 0.5);
    const list = new RacingList(time, () => 1);
    list.items = ['theirs'];
    const added = addToSharedList(list, ['mine'], { clock: time, policy: defaultSettlePolicy });
    const stale = time.sleep(20).then(() => (list.items = ['late']));
    await time.run();
    await Promise.all([added, stale]);

    expect(list.items.toSorted()).toEqual(['late', 'mine', 'theirs']);
  });
});
