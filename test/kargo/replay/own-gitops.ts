import type { Files } from '../../releases/git-repository.ts';

/** The GitOps repository of the fixtures: what deployments there are, and what each adds to the package. */
export const ownSources: Files = {
  'apps/web/deployments/staging/deployment.yaml': 'envType: small\nnamespace: staging\n',
  'apps/web/deployments/staging/values.yaml': 'autoscaling: {maxReplicas: 2}\n',
  'apps/web/envTypes/staging.values.yaml': 'autoscaling: {enabled: true, maxReplicas: 9}\nhealthChecks: true\n',
  'apps/web/envTypes/small/kustomization.yaml': 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnamePrefix: small-\n',
  'apps/web/wrapper/kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: to-be-set
resources: to-be-set
components: to-be-set
`,
  'apps/web/release-metadata.yaml': 'release:\n  commit: to-be-set\n  image:\n    digest: to-be-set\n',
};

/** A branch as the last promotion left it: `git-clear` wants a directory to clear. */
export const ownStageBranch: Files = { 'apps/web/deployments/staging/deploy/old.yaml': 'kind: Old\n' };
