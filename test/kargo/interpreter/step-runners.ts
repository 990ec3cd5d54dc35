import type { StepRunner } from './step.ts';
import { argocdUpdate } from './steps/argocd-update.ts';
import { argocdWait } from './steps/argocd-wait.ts';
import { composeOutput } from './steps/compose-output.ts';
import { copy } from './steps/copy.ts';
import { deletePaths } from './steps/delete.ts';
import { fail } from './steps/fail.ts';
import { fileWrite } from './steps/file-write.ts';
import { gitClear } from './steps/git-clear.ts';
import { gitClone } from './steps/git-clone.ts';
import { gitCommit } from './steps/git-commit.ts';
import { gitMergePullRequest } from './steps/git-merge-pr.ts';
import { gitOpenPullRequest } from './steps/git-open-pr.ts';
import { gitPush } from './steps/git-push.ts';
import { gitWaitForPullRequest } from './steps/git-wait-for-pr.ts';
import { helmTemplate } from './steps/helm-template.ts';
import { http } from './steps/http.ts';
import { kustomizeBuild } from './steps/kustomize-build.ts';
import { kustomizeSetImage } from './steps/kustomize-set-image.ts';
import { ociDownload } from './steps/oci-download.ts';
import { setMetadata } from './steps/set-metadata.ts';
import { untar } from './steps/untar.ts';
import { yamlMerge } from './steps/yaml-merge.ts';
import { yamlParse } from './steps/yaml-parse.ts';
import { yamlUpdate } from './steps/yaml-update.ts';

/** The kinds of steps that are interpreted; a promotion that uses another ends in error, as with one that Kargo does not have. */
export const stepRunners: Readonly<Record<string, StepRunner>> = {
  'argocd-update': argocdUpdate,
  'argocd-wait': argocdWait,
  'compose-output': composeOutput,
  copy,
  delete: deletePaths,
  fail,
  'file-write': fileWrite,
  'git-clear': gitClear,
  'git-clone': gitClone,
  'git-commit': gitCommit,
  'git-merge-pr': gitMergePullRequest,
  'git-open-pr': gitOpenPullRequest,
  'git-push': gitPush,
  'git-wait-for-pr': gitWaitForPullRequest,
  'helm-template': helmTemplate,
  http,
  'kustomize-build': kustomizeBuild,
  'kustomize-set-image': kustomizeSetImage,
  'oci-download': ociDownload,
  'set-metadata': setMetadata,
  untar,
  'yaml-merge': yamlMerge,
  'yaml-parse': yamlParse,
  'yaml-update': yamlUpdate,
};
