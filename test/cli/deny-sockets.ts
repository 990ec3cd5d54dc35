// Loaded into the command before it starts: whatever would reach for a network fails, and is written down.
import dgram from 'node:dgram';
import dns from 'node:dns';
import { appendFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

const { CAPSULE_TEST_SOCKETS: log = '' } = process.env;

type Owner = Record<string, unknown>;

const owners: readonly (readonly [string, object])[] = [
  ['net.Socket', net.Socket.prototype],
  ['dgram.Socket', dgram.Socket.prototype],
  ['dns', dns],
  ['dns.promises', dns.promises],
];
const reaching = /^(connect|bind|send|lookup|lookupService|resolve.*|reverse)$/;

for (const [name, owner] of owners) deny(name, owner as Owner);
syncBuiltinESMExports();

function deny(name: string, owner: Owner): void {
  for (const call of Object.keys(owner).filter((key) => reaching.test(key) && typeof owner[key] === 'function')) {
    owner[call] = () => {
      appendFileSync(log, `${name}.${call}\n`);
      throw new Error(`${name}.${call} is denied`);
    };
  }
}
