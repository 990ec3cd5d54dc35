import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeRegistry } from '../../packages/oci/src/registry/testing/fake-registry.ts';
import { Workbench } from './workbench.ts';

const robot = { username: 'team-a', password: 'of the robot' };

let bench: Workbench;
let registry: FakeRegistry;

beforeEach(async () => {
  bench = new Workbench();
  registry = await FakeRegistry.start({ auth: { kind: 'basic', ...robot } });
});

afterEach(async () => {
  await registry.stop();
  bench[Symbol.dispose]();
});

function logIn(logins: Readonly<Record<string, string>>, more: object = {}): void {
  const auths = Object.entries(logins).map(([place, login]) => [`${registry.host}${place}`, { auth: Buffer.from(login).toString('base64') }]);
  bench.write('home/.docker/config.json', JSON.stringify({ auths: Object.fromEntries(auths), ...more }));
}

const ofRobot = `${robot.username}:${robot.password}`;
const ofPerson = 'person:of another user';

test('a login for a path counts before the one for its registry', async () => {
  logIn({ '': ofPerson, '/x/team-a': ofRobot, '/x': ofPerson });

  expect(await bench.release(`${registry.host}/x/team-a/app-capsule`)).toMatchObject({ tagging: 'set' });
});

test('a login for a path that only begins alike is not sent, and the error holds no password', async () => {
  logIn({ '': ofPerson, '/x/team': ofRobot, '/x/team-a/app-capsule-2': ofRobot });

  const { status, stdout, stderr } = await bench.run(['inspect', `${registry.host}/x/team-a/app-capsule:v1`]);

  expect(status).toBe(3);
  expect(stderr).toContain('UNAUTHORIZED authentication required');
  expect(stdout + stderr).not.toMatch(/of the robot|of another user|dGVhbS1h|cGVyc29u/);
  const sent = new Set(registry.seen.map(({ headers }) => headers['authorization']));
  expect(sent).toEqual(new Set([undefined, `Basic ${Buffer.from(ofPerson).toString('base64')}`]));
});

test('a credential store that is not installed does not stand before a login in the file', async () => {
  logIn({ '': ofRobot }, { credsStore: 'of-another-machine' });

  expect(await bench.release(`${registry.host}/app-capsule`)).toMatchObject({ tagging: 'set' });
});
