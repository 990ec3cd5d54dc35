import { describe, expect, it } from 'vitest';
import { contentOf, describeContent } from './content.ts';
import { MemoryStore } from './memory-store.ts';
import { bytesOf } from './testing/collect.ts';
import { expectCode } from './testing/expect-code.ts';
import { describeStore } from './testing/store-contract.ts';

describeStore('MemoryStore', async () => new MemoryStore());

describe('MemoryStore', () => {
  it('refuses a second push of known content under another size', async () => {
    const store = new MemoryStore();
    const descriptor = describeContent('text/plain', bytesOf('abc'));
    await store.push(descriptor, contentOf(bytesOf('abc')));
    await expectCode('SIZE_MISMATCH', () => store.push({ ...descriptor, size: 2 }, contentOf(bytesOf('abc'))));
    await expect(store.exists({ ...descriptor, size: 2 })).resolves.toBe(false);
  });
});
