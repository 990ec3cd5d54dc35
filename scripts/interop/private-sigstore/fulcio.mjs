import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePorts, startProgram } from './start-program.mjs';

/** Starts Fulcio with an authority that it makes in memory; it checks what the certificate log promises. */
export async function startFulcio(folder, { identityProvider, certificateLog }) {
  const [port, grpcPort] = await freePorts(2);
  await writeFile(join(folder, 'fulcio.json'), JSON.stringify(configuration(identityProvider)));
  await writeFile(join(folder, 'certificate-log.pub'), certificateLog.pem);
  const options = {
    ca: 'ephemeralca',
    host: '127.0.0.1',
    port,
    'grpc-host': '127.0.0.1',
    'grpc-port': grpcPort,
    'metrics-port': 0,
    'legacy-unix-domain-socket': join(folder, 'fulcio.sock'),
    'config-path': 'fulcio.json',
    'ct-log-url': certificateLog.url,
    'ct-log-public-key-path': 'certificate-log.pub',
  };
  const program = startProgram('fulcio', ['serve', ...Object.entries(options).map(([name, value]) => `--${name}=${value}`)], folder);
  const url = `http://127.0.0.1:${port}`;
  const answer = await program.healthy(`${url}/api/v2/trustBundle`);
  const { chains } = await answer.json();
  await writeFile(join(folder, 'fulcio.pem'), chains[0].certificates.join(''));
  return { url, certificates: chains[0].certificates };
}

/** The workflow template is the public instance's. Source: fulcio v1.8.8, config/identity/config.yaml. */
function configuration({ email, github, gitlab }) {
  const issuer = (url, type) => ({ IssuerURL: url, ClientID: 'sigstore', ...type });
  return {
    OIDCIssuers: {
      [email]: issuer(email, { Type: 'email' }),
      [github]: issuer(github, { Type: 'ci-provider', CIProvider: 'github-workflow' }),
      [gitlab]: issuer(gitlab, { Type: 'gitlab-pipeline' }),
    },
    CIIssuerMetadata: { 'github-workflow': githubWorkflow },
  };
}

const githubWorkflow = {
  DefaultTemplateValues: { url: 'https://github.com' },
  ExtensionTemplates: {
    GithubWorkflowTrigger: 'event_name',
    GithubWorkflowSHA: 'sha',
    GithubWorkflowName: 'workflow',
    GithubWorkflowRepository: 'repository',
    GithubWorkflowRef: 'ref',
    BuildSignerURI: '{{ .url }}/{{ .job_workflow_ref }}',
    BuildSignerDigest: 'job_workflow_sha',
    RunnerEnvironment: 'runner_environment',
    SourceRepositoryURI: '{{ .url }}/{{ .repository }}',
    SourceRepositoryDigest: 'sha',
    SourceRepositoryRef: 'ref',
    SourceRepositoryIdentifier: 'repository_id',
    SourceRepositoryOwnerURI: '{{ .url }}/{{ .repository_owner }}',
    SourceRepositoryOwnerIdentifier: 'repository_owner_id',
    BuildConfigURI: '{{ .url }}/{{ .workflow_ref }}',
    BuildConfigDigest: 'workflow_sha',
    BuildTrigger: 'event_name',
    RunInvocationURI: '{{ .url }}/{{ .repository }}/actions/runs/{{ .run_id }}/attempts/{{ .run_attempt }}',
    SourceRepositoryVisibilityAtSigning: 'repository_visibility',
  },
  SubjectAlternativeNameTemplate: '{{ .url }}/{{ .job_workflow_ref }}',
};
