import { ChunkLoader } from './compile-cache/chunk-loader.ts';
import { openCodeCache } from './compile-cache/code-cache.ts';
import { exitStatus } from './exit-status.ts';
import type * as Main from './main.ts';

/** The chunk that holds main.ts; the bundler names it. */
declare const MAIN_CHUNK: string;

// V8 drops in time what it does not run any more: of a program that ran for long, little of its beginning would be kept.
const maxSavedSeconds = 60;
const oldestNodeMajor = 22; // older ones lack functions that are used far inside, and would fail half way

// Node's modules are asked for where they are used: as imports they would load all that they offer, and on an old Node fail before a word.
const { node } = process.versions;
if (Number.parseInt(node, 10) < oldestNodeMajor) {
  process.stderr.write(`error: capsule runs on Node 22.22.2 or later; this is Node ${node}\n`);
  process.exitCode = exitStatus.malfunction;
} else {
  await start(import.meta.dirname);
}

async function start(program: string): Promise<void> {
  // Node's own word for it, which holds for its cache too.
  const isDisabled = (process.env['NODE_DISABLE_COMPILE_CACHE'] ?? '') !== '';
  const cache = isDisabled
    ? undefined
    : openCodeCache(program, { user: process.geteuid?.(), engine: `${process.version}-${process.arch}` });
  const loader = new ChunkLoader(`${program}/chunks/`, cache);
  const { main } = loader.load(MAIN_CHUNK) as typeof Main;
  await main();
  if (process.uptime() < maxSavedSeconds) loader.save();
}
