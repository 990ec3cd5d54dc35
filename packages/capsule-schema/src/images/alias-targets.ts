import { type Alias, type Document, isAlias, isCollection, isNode, isPair, isScalar, type Node } from 'yaml';
import { quote } from '../quote.ts';
import { invalidYaml, maxRenderedDepth } from './rendered-yaml.ts';

/** What an alias stands for: a scalar, a mapping or a list, never an alias again. */
export type AliasTargets = ReadonlyMap<Alias, Node>;

/**
 * Finds for every alias of a document the node that it stands for, in one pass: the last one before it with that anchor.
 * @throws {SchemaError} `YAML_INVALID` for an alias without an anchor, for one inside its own anchor, and for nesting
 * deeper than 200.
 */
export function aliasTargets(document: Document.Parsed, what: string): AliasTargets {
  const pass = new AnchorPass(what);
  pass.visit(document.contents, 0);
  return pass.targets;
}

/** The node itself, or what it stands for. */
export function targetOf(node: unknown, targets: AliasTargets): Node | undefined {
  if (isAlias(node)) return targets.get(node);
  return isNode(node) ? node : undefined;
}

class AnchorPass {
  readonly targets = new Map<Alias, Node>();
  readonly #what: string;
  readonly #anchors = new Map<string, Node>();
  readonly #open = new Set<Node>();

  constructor(what: string) {
    this.#what = what;
  }

  visit(node: unknown, depth: number): void {
    if (depth > maxRenderedDepth) throw invalidYaml(this.#what, `it is nested deeper than ${maxRenderedDepth}`);
    if (isPair(node)) {
      this.visit(node.key, depth);
      this.visit(node.value, depth);
    } else if (isAlias(node)) this.#resolve(node);
    else if (isCollection(node)) this.#collection(node, depth);
    else if (isScalar(node) && node.anchor !== undefined) this.#anchors.set(node.anchor, node);
  }

  #collection(node: Node & { readonly anchor?: string; readonly items: readonly unknown[] }, depth: number): void {
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    this.#open.add(node);
    for (const item of node.items) this.visit(item, depth + 1);
    this.#open.delete(node);
  }

  #resolve(alias: Alias): void {
    const target = this.#anchors.get(alias.source);
    if (target === undefined) throw invalidYaml(this.#what, `its alias ${quote(alias.source)} has no anchor before it`);
    if (this.#open.has(target)) throw invalidYaml(this.#what, `its alias ${quote(alias.source)} is inside its own anchor`);
    this.targets.set(alias, target);
  }
}
