// Loaded before the command's own code: writes at its end how much user and system time it has used, in milliseconds.
import { writeFileSync } from 'node:fs';

process.once('exit', () => {
  const path = process.env['BENCH_CPU_FILE'];
  const { user, system } = process.cpuUsage();
  if (path !== undefined) writeFileSync(path, String((user + system) / 1000));
});
