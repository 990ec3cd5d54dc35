import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/**
 * Runs a program in our place: our standard streams are its own, the signals that we get reach it, and we end as it
 * ends.
 */
export function runChild(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options });
    const listeners = forwardSignals(child);
    child.once('error', reject);
    child.once('exit', (status, signal) => {
      for (const [name, listener] of listeners) process.off(name, listener);
      endAs(status, signal);
      resolve();
    });
  });
}

function forwardSignals(child) {
  const listeners = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'].map((name) => {
    return [name, () => void (isFromTerminal(name) || child.kill(name))];
  });
  for (const [name, listener] of listeners) process.on(name, listener);
  return listeners;
}

/** A terminal sends its Ctrl-C to the whole process group: a second one could cut the child's clean-up short. */
function isFromTerminal(name) {
  const hasTerminal = [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);
  return hasTerminal && (name === 'SIGINT' || name === 'SIGQUIT');
}

function endAs(status, signal) {
  process.exitCode = status ?? 128 + (constants.signals[signal] ?? 0);
}
