// Loaded before the command's own code: prints at its end how much memory it had at most, in KiB.
import { readFileSync, writeFileSync } from 'node:fs';

process.once('exit', () => {
  const path = process.env['BENCH_MEMORY_FILE'];
  if (path !== undefined) writeFileSync(path, String(peakKibibytes()));
});

function peakKibibytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS;
  // Not maxRSS: across an exec Linux carries the parent's peak over to the child. Source: proc(5), VmHWM; getrusage(2).
  const match = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
  return Number(match?.[1]);
}
