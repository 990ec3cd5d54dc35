import { X509Certificate } from 'node:crypto';
import { startProgram } from './start-program.mjs';

/** Starts a timestamp authority with a chain that it makes in memory. */
export async function startTimestampAuthority(folder) {
  const program = startProgram('timestamp-server', [], folder);
  const origin = `http://${await program.line()}`;
  const answer = await program.healthy(`${origin}/api/v1/timestamp/certchain`);
  const certificates = (await answer.text()).match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g) ?? [];
  return { origin, url: `${origin}/api/v1/timestamp`, certificates: certificates.map((pem) => new X509Certificate(pem).toString()) };
}
