import { normaliseSourceUrl } from '@release-capsule/schema';
import { CliError } from '../errors.ts';
import { checks } from './check-answers.ts';
import { ciIdentity, type CiSystem, hostingOf } from './hosting.ts';
import type { InitAnswers } from './init-answers.ts';
import type { InitFlags } from './init-flags.ts';
import type { Interview } from './interview.ts';
import { found, type Known, suggested, unknown } from './question.ts';
import type { Survey } from './survey-repository.ts';

/** Who releases, from where, and in whose name. `signing` is computed once everything else is known. */
export interface CiAnswers extends Pick<InitAnswers, 'ci' | 'branch' | 'repoURL'> {
  readonly signing: () => InitAnswers['signing'];
}

/**
 * Finds out or asks who releases: the CI system, the branch, and how it signs.
 * @throws {CliError} `OPTION_INVALID`; {SchemaError} `SOURCE_URL_INVALID`.
 */
export async function askCi(flags: InitFlags, survey: Survey, interview: Interview): Promise<CiAnswers> {
  const ci = await askSystem(flags, survey, interview);
  const branch = await interview.answer({
    flag: '--branch NAME',
    label: 'The branch that is released',
    given: flags.branch,
    known: knownBranch(survey),
    check: checks.branch,
  });
  const sign = await interview.answer({
    flag: '--sign HOW',
    label: 'Sign keyless, or with a key',
    given: flags.sign,
    known: knownSigning(survey, ci),
    check: checks.sign,
  });
  if (sign === 'keyless' && ci === 'none') throw nobodySigns();
  const repoURL = await askAddress(flags, survey, interview);
  const signing = (): InitAnswers['signing'] => {
    if (sign === 'key' || ci === 'none') return { kind: 'key' };
    return { kind: 'keyless', identity: ciIdentity(ci, hostingOf(repoURL), branch) };
  };
  return { ci, branch, repoURL, signing };
}

async function askSystem(flags: InitFlags, survey: Survey, interview: Interview): Promise<InitAnswers['ci']> {
  const known = knownCi(survey);
  const system = await interview.answer({ flag: '--ci SYSTEM', label: 'CI system', given: flags.ci, known, check: checks.ci });
  return system === 'github' || system === 'gitlab' ? system : 'none';
}

function nobodySigns(): CliError {
  return new CliError('OPTION_INVALID', '--sign is keyless, and --ci none leaves no job to sign in its own name', {
    hint: 'Give --ci github or gitlab, or --sign key.',
  });
}

/** What an earlier run wrote counts most: with `--ci none` it wrote a policy, and no job. */
function knownCi({ ciSystems, hosting, config, earlier: { jobs, policy, signingCi } }: Survey): Known {
  const [job, ...otherJobs] = jobs;
  if (job !== undefined && otherJobs.length === 0) return found(job);
  if (signingCi !== undefined) return found(signingCi); // a job that could not be written yet
  if (job === undefined && config !== undefined && policy !== undefined) return found('none');
  const [only, ...others] = ciSystems;
  if (only !== undefined && others.length === 0) return found(only);
  if (hosting?.ci !== undefined) return found(hosting.ci);
  return config !== undefined && job === undefined ? found('none') : unknown(['github', 'gitlab', 'none']);
}

function knownBranch({ earlier: { branch }, repository: { defaultBranch, currentBranch } }: Survey): Known {
  if (branch !== undefined) return found(branch);
  return defaultBranch === undefined ? suggested(currentBranch) : found(defaultBranch);
}

/** The public Sigstore knows the jobs of the two public hosts; whether one of your own knows another host, only you know. */
function knownSigning({ config, hosting }: Survey, ci: CiSystem | 'none'): Known {
  if (config?.sign !== undefined) return found(config.sign.keyless === true ? 'keyless' : 'key');
  if (ci === 'none') return found('key');
  return hosting?.ci === ci ? found('keyless') : suggested('key');
}

/** A release names its sources, and so does the policy: without an address there is neither. */
async function askAddress({ sourceUrl }: InitFlags, { repository, earlier }: Survey, interview: Interview): Promise<string> {
  const address = repository.repoURL ?? earlier.repoURL;
  const known = address === undefined ? unknown() : found(address);
  const answer = await interview.answer({
    flag: '--source-url URL',
    label: "The repository's address",
    given: sourceUrl,
    known,
    check: checks.url,
  });
  return answer === '' ? '' : normaliseSourceUrl(answer);
}
