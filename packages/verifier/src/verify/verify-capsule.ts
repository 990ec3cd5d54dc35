import type { ReadableStore, ReferrerLister } from '@release-capsule/oci';
import { defaultLimits } from '@release-capsule/schema';
import { freightShape, policyShape, readerMethods } from '../argument-shapes.ts';
import { assertArguments } from '../assert-arguments.ts';
import { fetchCapsule } from '../claims/capsule-digest.ts';
import { judgeFreightName } from '../claims/freight-name.ts';
import { judgeIdentity } from '../claims/identity.ts';
import { judgeManifest } from '../claims/manifest.ts';
import { judgePair } from '../claims/pair.ts';
import { judgeTagForm } from '../claims/tag-form.ts';
import type { Finding } from '../findings/finding.ts';
import type { Freight } from '../freight/freight.ts';
import type { Policy } from '../policy/policy.ts';
import { assertSupported } from '../policy/unsupported-claims.ts';
import type { CountedSignature } from '../signature/counted-signature.ts';
import { withDeadline } from './deadline.ts';
import { assertImageStore, judgeBuild } from './judge-build.ts';
import { judgeDenials } from './judge-denials.ts';
import { judgeLayer } from './judge-layer.ts';
import { judgeSigned } from './judge-signed.ts';
import { rememberReferrers } from './remember-referrers.ts';
import { VerdictBuilder } from './verdict-builder.ts';
import type { Verdict } from './verdict.ts';
import { type ImageStore, type VerifyOptions, verifyOptionsShape } from './verify-options.ts';
import { readRequest } from './verify-request.ts';

/**
 * Judges a capsule against a Freight and a policy. The registry, the network, the tag and every byte of the capsule are
 * untrusted; the policy, its keys, and the Freight where Kargo made it, are not. A refusal is a verdict, not an error.
 * An accepted capsule must be closed.
 * Source: docs/verification.md.
 * @throws {VerifyError} `OPTION_INVALID`, `POLICY_UNSUPPORTED`, `IMAGE_STORE_MISSING`, `IMAGE_AMBIGUOUS`, `CAPSULE_UNNAMED`, `KEY_INVALID`.
 */
export async function verifyCapsule(
  given: ReadableStore & ReferrerLister,
  freight: Freight,
  policy: Policy,
  options: VerifyOptions = {},
): Promise<Verdict> {
  const wanted = { store: readerMethods, freight: freightShape, policy: policyShape, options: verifyOptionsShape };
  assertArguments(wanted, { store: given, freight, policy, options });
  assertSupported(policy);
  assertImageStore(policy, options);
  const { signal, limits = defaultLimits } = options;
  const limitTime = withDeadline(options.deadlineMs);
  const open = (opened: ImageStore, place?: string): ImageStore => rememberReferrers(limitTime(opened, place));
  const request = readRequest(freight, policy, options);
  const { release, coordinates, located, place, tags } = request;
  const store = open(given, place);
  const builder = new VerdictBuilder({ freight, policy, request });
  options.onBegun?.((why) => builder.reportSoFar(why));
  builder.add(...judgeFreightName(freight));

  options.onProgress?.('manifest');
  const lookup = await fetchCapsule(store, coordinates, { maxManifestBytes: limits.maxManifestBytes, signal });
  builder.add(...lookup.findings);
  if (lookup.manifest === undefined) return builder.close('there is no manifest to judge');

  const { descriptor, bytes } = lookup.manifest;
  builder.descriptor = descriptor;
  const { findings, outline, record } = judgeManifest(bytes, limits);
  builder.add(...findings);
  if (outline === undefined || record === undefined) return builder.close('there is no record to judge');
  builder.record = record;
  builder.add(...judgeIdentity({ record, policy, ...located }));
  builder.add(...judgeTagForm({ record, tagRule: policy.tagRule, ...tags }));
  builder.add(...judgePair({ record, release, policy }));

  options.onProgress?.('signature');
  const now = options.now?.() ?? new Date();
  const asked = { policy, record, freight: freight.name, now, explain: options.explain, signal };
  const signatures = await judgeSigned(store, descriptor, asked);
  builder.signatures = signatures;
  builder.add(...signatures.findings, ...judgeDenials({ descriptor, record, release, policy, signed: signatures.counted, now }));
  if (builder.isBlocked()) return builder.close('an earlier claim does not hold');

  const { remainingPolicy } = signatures;
  const onSigned = (by: readonly CountedSignature[]): void => builder.addSigners(by);
  builder.add(...(await judgeBuild({ record, policy: remainingPolicy, capsule: { store, descriptor }, now, open, onSigned, options })));
  if (builder.isBlocked()) return builder.close('an earlier claim does not hold');

  options.onProgress?.('layer');
  const onFindings = (...found: readonly Finding[]): void => builder.add(...found);
  const content = await judgeLayer(store, { outline, record, policy: remainingPolicy, limits, onFindings, options });
  return builder.decide(content && { ...content, descriptor, record });
}
