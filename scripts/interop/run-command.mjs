import { spawn } from 'node:child_process';

/**
 * Runs a command with its output on ours, and fails with the command's words where it fails.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ readonly cwd?: string, readonly env?: NodeJS.ProcessEnv, readonly quiet?: boolean }} [options]
 * @returns {Promise<void>}
 */
export function runCommand(command, args, options = {}) {
  const stdio = ['ignore', options.quiet ? 'ignore' : 'inherit', options.quiet ? 'pipe' : 'inherit'];
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: options.cwd, env: options.env, stdio });
    let complaint = '';
    child.stderr?.on('data', (chunk) => {
      complaint = (complaint + chunk).slice(-2000);
    });
    child.once('error', (cause) => reject(new Error(`${command} could not be started: ${cause.message}`, { cause })));
    child.once('close', (status, signal) => {
      if (status === 0) return resolve();
      const end = signal ?? `exit status ${status}`;
      reject(new Error(`${[command, ...args].join(' ')}: ${end}\n${complaint}`.trimEnd()));
    });
  });
}
