import { mark, type World } from './outside.ts';
import type { TracedCall } from './trace.ts';

/** One way in which a tool reached what is not in the package. */
export interface Contact {
  readonly means: 'mark' | 'connection' | 'open' | 'program' | 'name';
  /** What was met: the path, the address, the program, or where the mark stood. */
  readonly what: string;
}

/** What a run of a tool left behind. */
export interface Evidence {
  readonly calls: readonly TracedCall[];
  readonly output: string;
}

// What Go's runtime and the loader of shared libraries ask for in any program. What belongs to looking up a host is not here.
const systemPaths = [
  /^\/(sys|proc)\//,
  /^\/dev\/(null|urandom|random|tty)$/,
  /^\/(usr\/)?lib(32|64|x32)?\//,
  /^\/usr\/share\/(zoneinfo|locale|mime)\//,
  /^\/usr\/local\/share\/mime\//,
  /^\/etc\/(ld\.so\.cache|ld\.so\.preload|localtime|mime\.types|locale\.alias)$/,
  /^\/etc\/apache2?\/mime\.types$/,
];

/** Lists what a run reached outside the package; `programs` are the tools that may run, by path. */
export function contactsOf(evidence: Evidence, world: World, programs: readonly string[]): readonly Contact[] {
  const contacts = evidence.calls.flatMap((call) => contactOf(call, world, programs));
  return hasMark(evidence.output) ? [...contacts, { means: 'mark', what: 'the output' }] : contacts;
}

function contactOf(call: TracedCall, world: World, programs: readonly string[]): readonly Contact[] {
  if (call.call === 'connect') return [{ means: 'connection', what: call.address }];
  if (call.call === 'execute') return programs.includes(call.path) ? [] : [{ means: 'program', what: call.path }];
  return isInside(call.path, world, programs) ? [] : [{ means: 'open', what: call.path }];
}

function isInside(path: string, world: World, programs: readonly string[]): boolean {
  if ([world.package, world.state].some((directory) => path === directory || path.startsWith(`${directory}/`))) return true;
  return programs.includes(path) || systemPaths.some((pattern) => pattern.test(path));
}

/** Finds the mark as it is, and as base64 has it at each of the three places where it can begin. */
function hasMark(output: string): boolean {
  return [mark, ...base64Marks].some((form) => output.includes(form));
}

const base64Marks = [0, 1, 2].map((offset) => {
  const encoded = Buffer.from(`${' '.repeat(offset)}${mark}`).toString('base64');
  // The first and the last digits depend on what stands beside the mark.
  return encoded.slice(offset === 0 ? 0 : 4, -4);
});
