import { startCountingProxy } from '../../../test/interop/support/counting-proxy.ts';
import { startDockerRegistry } from '../../../test/interop/support/docker-registry.ts';
import type { TestRegistry } from '../../../test/interop/support/registry.ts';
import { startOlareg } from '../../../test/interop/support/registry-kinds.ts';
import type { Bench } from '../bench.ts';
import { missingPrograms } from '../peers.ts';
import { type Heading, measuredRow, missingRow, type Result, type Row, rowUnlessTimeout } from '../row.ts';
import { runChild } from '../run-child.ts';
import { spreadOf } from '../spread.ts';

/** A kind of registry, and how many requests one verification may cost there. Source: docs/verification.md, Requests. */
interface Budgeted {
  readonly subject: string;
  readonly program: string;
  readonly budget: number;
  readonly start: () => Promise<TestRegistry>;
}

const kinds: readonly Budgeted[] = [
  // One that lists annotations: without them it depends on the digests which referrer is opened first.
  { subject: 'with referrers API', program: 'olareg', budget: 5, start: startOlareg },
  { subject: 'without', program: 'docker-registry', budget: 6, start: startDockerRegistry },
];

/** Counts what one verification asks a registry, by a proxy between both, against the published budget. */
export async function benchRequests(bench: Bench): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const kind of kinds) rows.push(await requestsRow(bench, kind));
  return rows;
}

async function requestsRow(bench: Bench, { subject, program, budget, start }: Budgeted): Promise<Row> {
  const aim = { atMost: 1, text: `≤ ${budget} requests` };
  const heading: Heading = { group: 'HTTP requests of a verification', subject, ours: 'capsule verify', theirs: 'budget', aim };
  const missing = missingPrograms([program]);
  if (missing.length > 0) return missingRow(heading, missing);
  return rowUnlessTimeout(heading, async () => measuredRow(heading, await countRequests(bench, { budget, start })));
}

async function countRequests(bench: Bench, { budget, start }: Pick<Budgeted, 'budget' | 'start'>): Promise<Result> {
  await using registry = await start();
  const data = bench.smallFiles;
  const pushed = await bench.release(data, `${registry.host}/bench/app`);
  await using proxy = await startCountingProxy(registry.host);
  // By tag and digest: the budget includes seeing whether the tag has moved.
  const reference = `${proxy.host}/bench/app:git-${data.commit}@${pushed.digest}`;
  await runChild(bench.capsule(['verify', ...bench.verifyArguments({ ...pushed, reference })]));
  const { length } = proxy.requests;
  const same = (value: number): ReturnType<typeof spreadOf> => spreadOf([value]);
  return { unit: 'requests', ours: same(length), theirs: same(budget), ratio: same(length / budget) };
}
