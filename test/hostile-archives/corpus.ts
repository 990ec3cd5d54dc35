import { bombs } from './bombs.ts';
import { ends } from './ends.ts';
import { entryKinds } from './entry-kinds.ts';
import { headers } from './headers.ts';
import type { HostileArchive } from './hostile-archive.ts';
import { layouts } from './layouts.ts';
import { orders } from './orders.ts';
import { paths } from './paths.ts';
import { paxHeaders } from './pax-headers.ts';

/** Every hostile archive: each is a valid capsule's but for the one thing that its name says. */
export const corpus: readonly HostileArchive[] = [
  ...entryKinds,
  ...paxHeaders,
  ...headers,
  ...paths,
  ...orders,
  ...ends,
  ...layouts,
  ...bombs,
];
