import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startProgram } from './start-program.mjs';

/** Starts a timestamp authority with a chain that it makes in memory. */
export async function startTimestampAuthority(folder) {
  const program = startProgram('timestamp-server', [], folder);
  const origin = `http://${await program.line()}`;
  const answer = await program.healthy(`${origin}/api/v1/timestamp/certchain`);
  const chain = await answer.text();
  await writeFile(join(folder, 'timestamp-authority.pem'), chain);
  const certificates = chain.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g) ?? [];
  return { url: `${origin}/api/v1/timestamp`, certificates };
}
