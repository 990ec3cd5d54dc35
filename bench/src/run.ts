import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Bench } from './bench.ts';
import { benchMemory } from './cases/memory.ts';
import { benchPack } from './cases/pack.ts';
import { benchRequests } from './cases/requests.ts';
import { benchServe } from './cases/serve.ts';
import { benchStart } from './cases/start.ts';
import { benchUnpack } from './cases/unpack.ts';
import { benchVerify } from './cases/verify.ts';
import { benchVerifiedFetch } from './cases/verified-fetch.ts';
import type { Row } from './row.ts';
import { formatTable } from './table.ts';

const cases: Readonly<Record<string, (bench: Bench) => Promise<readonly Row[]>>> = {
  pack: benchPack,
  unpack: benchUnpack,
  'verified-fetch': benchVerifiedFetch,
  start: benchStart,
  verify: benchVerify,
  requests: benchRequests,
  serve: benchServe,
  memory: benchMemory,
};

const usage = `Usage: npm run bench -- [--runs N] [--only CASE]... [--quick] [--json]
Cases: ${Object.keys(cases).join(', ')}`;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string' },
      only: { type: 'string', multiple: true },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(usage);
  const runs = Number(values.runs ?? (values.quick ? 1 : 5));
  if (!Number.isInteger(runs) || runs < 1) throw new Error(`--runs ${values.runs ?? ''} is not a number of runs\n${usage}`);
  const names = values.only ?? Object.keys(cases);
  using bench = await Bench.open({ runs, isQuick: values.quick });
  const rows: Row[] = [];
  for (const name of names) {
    const run = cases[name];
    if (run === undefined) throw new Error(`there is no case ${JSON.stringify(name)}\n${usage}`);
    console.error(`measuring: ${name}`);
    rows.push(...(await run(bench)));
  }
  if (rows.some(({ missing }) => missing?.startsWith('timed out'))) process.exitCode = 1;
  const machine = { cores: availableParallelism(), node: process.version, platform: process.platform, arch: process.arch };
  if (values.json) return console.log(JSON.stringify({ machine, runs, isQuick: values.quick, rows }, undefined, 2));
  console.log(formatTable(rows));
  console.log(`\nMedians of ${runs}, in turn; Node ${machine.node}, ${machine.platform} ${machine.arch}, ${machine.cores} cores.`);
  if (values.quick) console.log('Quick: small data, to show that it runs. It says nothing about speed.');
}
