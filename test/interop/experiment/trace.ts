import { posix } from 'node:path';

/** Something that a traced program asked the kernel for. */
export type TracedCall =
  | { readonly call: 'open'; readonly path: string }
  | { readonly call: 'connect'; readonly address: string }
  | { readonly call: 'execute'; readonly path: string };

/** The arguments by which strace writes what `parseTrace` reads. */
export const straceArguments: readonly string[] = [
  '-f',
  '-qq',
  '-y',
  '-s',
  '4096',
  '--seccomp-bpf',
  '-e',
  'signal=none',
  '-e',
  'trace=open,openat,openat2,creat,connect,sendto,sendmsg,sendmmsg,execve,execveat',
];

const callLine = /^(?:\d+\s+)?([a-z0-9]+)\((.*)$/s;
// The end of a call whose beginning is on another line; and a thread that its program's end has stopped before the call.
const passedOver = /^(?:\d+\s+)?(?:<\.\.\. |\?\?\?\()/;
const quoted = /"((?:[^"\\]|\\.)*)"/s;
const pathArgument = /^(?:(AT_FDCWD|\d+)(?:<((?:[^>\\]|\\.)*)>)?, )?"((?:[^"\\]|\\.)*)"/s;
const internetAddress = /sa_family=AF_INET6?, (.*?)\}/;

/**
 * Reads the lines that strace wrote. A call that failed counts as one that succeeded: it was tried.
 * @throws {Error} if a line has an unknown form: no line is ignored.
 */
export function parseTrace(text: string): readonly TracedCall[] {
  return text.split('\n').flatMap((line) => (line === '' || passedOver.test(line) ? [] : parseLine(line)));
}

function parseLine(line: string): readonly TracedCall[] {
  const [, name, rest] = callLine.exec(line) ?? [];
  if (name === undefined || rest === undefined) throw new Error(`strace wrote a line that cannot be read: ${line}`);
  if (name === 'execve' || name === 'execveat') return [{ call: 'execute', path: pathOf(rest, line) }];
  if (name.startsWith('open') || name === 'creat') return [{ call: 'open', path: pathOf(rest, line) }];
  const [, address] = internetAddress.exec(rest) ?? [];
  return address === undefined ? [] : [{ call: 'connect', address }];
}

/** The path that a call means, absolute; what strace adds of the working directory is used for a relative one. */
function pathOf(rest: string, line: string): string {
  const [, , directory, path] = pathArgument.exec(rest) ?? [];
  if (path === undefined) return failUnlessEmpty(rest, line);
  const name = unescape(path);
  if (name.startsWith('/')) return posix.normalize(name);
  if (directory === undefined && !rest.startsWith('"')) throw new Error(`strace wrote no directory: ${line}`);
  return posix.resolve(unescape(directory ?? '/'), name);
}

// A program may pass NULL or a bad address as the path; the kernel refuses.
function failUnlessEmpty(rest: string, line: string): string {
  if (!quoted.test(rest) && /\b(NULL|0x[0-9a-f]+)\b/.test(rest)) return '/';
  throw new Error(`strace wrote a path that cannot be read: ${line}`);
}

const simpleEscapes: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, v: 11, f: 12, a: 7, b: 8, '"': 34, '\\': 92 };

/** Takes back what strace escapes: octal digits, and the letters of C. */
function unescape(text: string): string {
  if (!text.includes('\\')) return text;
  const bytes: number[] = [];
  for (const [token] of text.matchAll(/\\[0-7]{1,3}|\\x[0-9a-f]{2}|\\.|[^\\]/gsu)) bytes.push(...bytesOf(token));
  return Buffer.from(bytes).toString('utf8');
}

function bytesOf(token: string): readonly number[] {
  if (!token.startsWith('\\')) return [...Buffer.from(token)];
  if (/^\\[0-7]/.test(token)) return [Number.parseInt(token.slice(1), 8)];
  if (token.startsWith('\\x')) return [Number.parseInt(token.slice(2), 16)];
  return [simpleEscapes[token.slice(1)] ?? token.charCodeAt(1)];
}
