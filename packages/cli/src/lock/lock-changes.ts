import { formatImageText, type ImageLock, type LockedImageEntry } from '@release-capsule/schema';

/** What a lock says otherwise than the last one. */
export interface LockChange {
  readonly change: 'added' | 'removed' | 'changed';
  /** `REPOSITORY[:TAG]`, or a part of the application image: `names`, `values`. */
  readonly what: string;
  readonly from?: string;
  readonly to?: string;
}

/** Lists what has changed since the last lock, in the order of the new one. */
export function lockChanges(before: ImageLock | undefined, after: ImageLock): readonly LockChange[] {
  const [old, now] = [textsOf(before), textsOf(after)];
  const changed = [...now].flatMap(([what, to]) => {
    const from = old.get(what);
    if (from === to) return [];
    return [from === undefined ? ({ change: 'added', what, to } as const) : ({ change: 'changed', what, from, to } as const)];
  });
  const removed = [...old].filter(([what]) => !now.has(what)).map(([what, from]) => ({ change: 'removed', what, from }) as const);
  return [...changed, ...removed];
}

function textsOf(lock: ImageLock | undefined): ReadonlyMap<string, string> {
  const { image, images = [] } = lock ?? {};
  const { values } = image ?? {};
  return new Map([
    ...(image === undefined ? [] : [['the image', image.repository] as const]),
    ...(image === undefined ? [] : [['its names', image.names.map(formatImageText).join(', ')] as const]),
    ...(values === undefined ? [] : [['its values', Object.entries(values).map(([part, path]) => `${part}: ${path}`).join(', ')] as const]),
    ...images.map((entry) => [imageOf(entry), entry.digest] as const),
  ]);
}

/** An image that is named by its digest alone is another one with each digest. */
function imageOf({ repository, tag, digest }: LockedImageEntry): string {
  return formatImageText({ name: repository, tag, ...(tag === undefined && { digest }) });
}
