import { type Clock, systemClock } from './registry/clock.ts';

/** A list that several writers replace as a whole, where nothing holds them apart: the last write wins. */
export interface SharedList<Item, Version> {
  /** Tells items apart: two with the same key are one. */
  keyOf(item: Item): string;
  read(): Promise<ReadList<Item, Version>>;
  /** Replaces what was read by the same list with `added` at its end. A write that was not done is simply missed later. */
  write(read: ReadList<Item, Version>, added: readonly Item[]): Promise<void>;
}

/** A list as it was read, and what its owner has to know to write it again. */
export interface ReadList<Item, Version> {
  readonly items: readonly Item[];
  readonly version: Version;
}

/** How a writer makes sure that what it has added stands. Without it a write that was begun earlier can undo it. */
export interface SettlePolicy {
  /** How often the list is read back after the last write, each time after a random wait. */
  readonly confirmations: number;
  /** The shortest step of a wait, in milliseconds. Our own reading and writing, if it took longer, is the step instead. */
  readonly waitMs: number;
  /** The longest step. */
  readonly maxWaitMs: number;
  /** All writes together. */
  readonly attempts: number;
}

/** Two looks, a tenth of a second apart on average: longer than another writer needs between reading and writing. */
export const defaultSettlePolicy: SettlePolicy = { confirmations: 2, waitMs: 100, maxWaitMs: 5_000, attempts: 20 };

/** What {@link addToSharedList} works with. */
export interface SettleContext {
  readonly clock: Clock;
  readonly policy: SettlePolicy;
  readonly signal?: AbortSignal | undefined;
}

/** The machine's own clock and chance, and the waiting times that hold where nothing else is said. */
export const settleDefaults: Pick<SettleContext, 'clock' | 'policy'> = { clock: systemClock, policy: defaultSettlePolicy };

const growth = 1.5; // of the waits, with each write: the more writers there are, the further apart they go

/**
 * Adds items to a shared list, and returns once they stand: the list is read back after random waits, and written again
 * where something is missing that was in it before, an item of another writer included. So nothing is lost as long as no
 * writer takes longer from reading to writing than another one waits: each loss is seen by who wrote last before it.
 * A write that is delayed for longer can still undo this one; only a store that compares before it writes can rule it out.
 * Returns false where the items were missing after the last write that the policy allows.
 */
export async function addToSharedList<Item, Version>(
  list: SharedList<Item, Version>,
  items: readonly Item[],
  { clock, policy, signal }: SettleContext,
): Promise<boolean> {
  const seen = new Map(items.map((item) => [list.keyOf(item), item]));
  let stepMs = 0;
  let confirmed = 0;
  for (let writes = 0; ; ) {
    const startedAt = clock.now();
    const read = await list.read();
    const missing = takeMissing(seen, read.items, list);
    if (missing.length === 0) {
      if (writes === 0 || ++confirmed >= policy.confirmations) return true;
    } else {
      if (writes >= policy.attempts) return false;
      await list.write(read, missing);
      writes++;
      confirmed = 0;
      const tookMs = Math.max(policy.waitMs, clock.now() - startedAt);
      stepMs = Math.min(policy.maxWaitMs, tookMs * growth ** (writes - 1));
    }
    await clock.sleep(Math.ceil(stepMs * (0.5 + clock.random())), signal);
  }
}

/** Remembers every item that was ever read, and returns those that are not in the list now. */
function takeMissing<Item>(
  seen: Map<string, Item>,
  items: readonly Item[],
  { keyOf }: Pick<SharedList<Item, unknown>, 'keyOf'>,
): readonly Item[] {
  const present = new Set(items.map(keyOf));
  const missing = [...seen].filter(([key]) => !present.has(key)).map(([, item]) => item);
  for (const item of items) seen.set(keyOf(item), item);
  return missing;
}
