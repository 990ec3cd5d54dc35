// Loaded into the command before it starts: lets the machine fail at the n-th write to the file system, so that every
// instant at which a kill, a Ctrl-C or a full disk could leave something behind can be tried, one after the other.
import fs from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import type { Strike } from './capsule-command.ts';

const { kind, at, countFile }: Strike = JSON.parse(process.env['CAPSULE_TEST_STRIKE'] ?? '{}');
const { writeFileSync, writeSync } = fs;
let writes = 0;

type Call = (...args: unknown[]) => unknown;
type Owner = Record<string, Call>;

/** What needs space on the disk; removing and renaming go on when it is full. */
const needsSpace = new Set(['open', 'openSync', 'mkdir', 'mkdirSync', 'mkdtemp', 'link', 'write', 'writeSync', 'writeFile']);

await replaceCalls();

async function replaceCalls(): Promise<void> {
  const handle = await promises.open(process.execPath, 'r');
  const handles: Owner = Object.getPrototypeOf(handle);
  await handle.close();
  replace(promises as unknown as Owner, ['mkdir', 'mkdtemp', 'rename', 'link', 'unlink', 'rm', 'writeFile', 'open']);
  replace(fs as unknown as Owner, ['mkdirSync', 'writeSync', 'renameSync', 'unlinkSync', 'rmSync', 'fsyncSync', 'openSync']);
  replace(handles, ['write', 'writeFile', 'sync']);
  syncBuiltinESMExports();
  process.on('exit', () => {
    if (countFile !== undefined) writeFileSync(countFile, String(writes));
  });
}

function replace(owner: Owner, names: readonly string[]): void {
  for (const name of names) {
    const original = owner[name];
    if (original === undefined) throw new Error(`there is no ${name}`);
    owner[name] = function strikable(this: unknown, ...args: unknown[]): unknown {
      if (name.startsWith('open') && !isWriting(args[1])) return original.apply(this, args);
      writes += 1;
      const failure = at > 0 && writes >= at ? strike(name, args) : undefined;
      if (failure === undefined) return original.apply(this, args);
      if (name.endsWith('Sync')) throw failure;
      return Promise.reject(failure);
    };
  }
}

function isWriting(flags: unknown): boolean {
  if (typeof flags === 'string') return /[wa+]/.test(flags);
  return typeof flags === 'number' && (flags & (fs.constants.O_WRONLY | fs.constants.O_RDWR)) !== 0;
}

/** Does what was asked for at this write; returns the error that it has to fail with, if it has to. */
function strike(name: string, args: readonly unknown[]): Error | undefined {
  if (kind === 'full disk' && needsSpace.has(name)) {
    return Object.assign(new Error(`ENOSPC: no space left on device, ${name}`), { code: 'ENOSPC', errno: -28, syscall: name });
  }
  if (writes !== at) return undefined;
  if (kind === 'interrupt') process.kill(process.pid, 'SIGINT');
  if (kind === 'tear' && name === 'writeSync' && args[1] instanceof Uint8Array) {
    writeSync(Number(args[0]), args[1].subarray(0, args[1].byteLength >> 1));
  }
  if (kind === 'kill' || kind === 'tear') process.kill(process.pid, 'SIGKILL');
  return undefined;
}
