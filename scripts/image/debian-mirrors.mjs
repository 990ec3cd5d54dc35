import { ArchiveError } from './archive-error.mjs';
import { readCommand } from './read-command.mjs';

const fields = ['TARGET_OF', 'REPO_URI', 'RELEASE', 'COMPONENT', 'ORIGIN', 'LABEL'];
const format = fields.map((name) => `$(${name})`).join('\t');

/**
 * Finds the base addresses of Debian's archive and of its security archive: as given, else where the machine's own apt
 * finds any release of Debian. Source: apt-get(8), indextargets.
 */
export async function findMirrors({ mirror, securityMirror }) {
  const own = mirror === undefined ? await machineMirrors() : {};
  const debian = parseMirror(mirror ?? own.debian ?? missing(), '--mirror');
  const security = securityMirror ?? own.security ?? besides(debian);
  return { debian, security: parseMirror(security, '--security-mirror') };
}

/** An index that apt has fetched names its owner; before that, only addresses and suites tell. */
async function machineMirrors() {
  const fetched = await indexTargets([]);
  const debian = fetched.find(({ ORIGIN, LABEL }) => ORIGIN === 'Debian' && LABEL === 'Debian');
  const security = fetched.find(({ ORIGIN, LABEL }) => ORIGIN === 'Debian' && LABEL === 'Debian-Security');
  if (debian !== undefined && security !== undefined) return { debian: debian.REPO_URI, security: security.REPO_URI };
  const configured = (await indexTargets(['--no-release-info'])).filter(isDebianByName);
  const isSecurity = ({ RELEASE }) => /-security$|\/updates$/.test(RELEASE);
  return {
    debian: (debian ?? likeliest(configured.filter((each) => !isSecurity(each)), /\/debian\/?$/))?.REPO_URI,
    security: (security ?? likeliest(configured.filter(isSecurity), /\/debian-security\/?$/))?.REPO_URI,
  };
}

async function indexTargets(options) {
  const lines = (await readCommand('apt-get', ['indextargets', ...options, '--format', format])).split('\n');
  const targets = lines.map((line) => Object.fromEntries(line.split('\t').map((value, index) => [fields[index], value])));
  return targets.filter(({ TARGET_OF, COMPONENT }) => TARGET_OF === 'deb' && COMPONENT === 'main');
}

/** Other archives use Debian's names of suites too. Taking one is harmless: its index fails, since Debian has not signed it. */
function isDebianByName({ REPO_URI, RELEASE }) {
  return REPO_URI.includes('debian') && /^[a-z]+(-security|\/updates)?$/.test(RELEASE);
}

function likeliest(targets, ending) {
  return targets.find(({ REPO_URI }) => ending.test(REPO_URI)) ?? targets[0];
}

/** A mirror that has the security archive has it beside the main one. */
function besides(debian) {
  if (debian.endsWith('/debian')) return `${debian}-security`;
  throw new ArchiveError("Name Debian's security archive too: --security-mirror URL, or CAPSULE_DEBIAN_SECURITY_MIRROR.");
}

function missing() {
  throw new ArchiveError("The machine's apt has no archive of Debian among its sources. Name one: --mirror URL, or CAPSULE_DEBIAN_MIRROR.");
}

function parseMirror(text, option) {
  const isAddress = /^[a-z][a-z+]*:[^\s[\]]+$/.test(text);
  if (!isAddress) throw new ArchiveError(`${option} must be an address that apt can read, without white space.`);
  return text.replace(/\/+$/, '');
}
