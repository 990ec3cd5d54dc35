export { PromoteError, type PromoteErrorCode, type PromoteErrorOptions } from './errors.ts';
export type { FindProgramOptions } from './render/find-program.ts';
export { type HelmRenderer, openHelm } from './render/helm-renderer.ts';
export { openKustomize, type OpenKustomizeOptions } from './render/kustomize-renderer.ts';
export type { OpenRendererOptions } from './render/open-program.ts';
export type { RenderedText, Renderer, RendererName, RenderRequest } from './render/renderer.ts';
export type { ProgramLimits } from './render/run-program.ts';
export { lockImages } from './lock/lock-images.ts';
export {
  type ApplicationQuestion,
  defaultKubeVersion,
  type LockedPackage,
  type LockOptions,
  type LockWarning,
  type LockWarningCode,
  type RunImage,
  type StatedApplication,
  type TaggedImage,
  type ValuesFile,
} from './lock/lock-options.ts';
export { registryResolver } from './lock/registry-resolver.ts';
export type { RenderedFiles } from './render/write-package.ts';
