export { type ArgumentKind, type ArgumentShape, faultHint, findFault, type ShapeOf } from './arguments/find-fault.ts';
export { descriptorShape } from './arguments/descriptor-shape.ts';
export { dockerHub, dockerHubNames } from './reference/docker-hub.ts';
export {
  isRepositoryPath,
  isTag,
  parseName,
  parseReferenceParts,
  referencePatterns,
  type ReferenceParts,
  splitTag,
} from './reference/grammar.ts';
export { redactReference } from './reference/redact-reference.ts';
export { looksLikeRegistry, normaliseRegistry, pathAt, spellInFull } from './reference/registry.ts';
