import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** apt prints some kilobytes about a few packages or sources; more is a mistake. */
const maxOutputBytes = 4 * 1024 * 1024;

/** Runs a command in the C locale and returns what it prints; fails with the command's own message. */
export async function readCommand(command, args) {
  const options = { env: { ...process.env, LC_ALL: 'C' }, maxBuffer: maxOutputBytes };
  const { stdout } = await promisify(execFile)(command, args, options);
  return stdout;
}

/** Takes user names and passwords out of the addresses in a text. */
export function withoutCredentials(text) {
  return text.replaceAll(/\/\/[^/\s@]+@/g, '//');
}
