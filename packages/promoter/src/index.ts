export { PromoteError, type PromoteErrorCode, type PromoteErrorOptions } from './errors.ts';
export type { FindProgramOptions } from './render/find-program.ts';
export { type HelmRenderer, openHelm } from './render/helm-renderer.ts';
export { openKustomize, type OpenKustomizeOptions } from './render/kustomize-renderer.ts';
export type { OpenRendererOptions } from './render/open-program.ts';
export type { RenderedText, Renderer, RendererName, RenderRequest } from './render/renderer.ts';
export type { ProgramLimits } from './render/run-program.ts';
