import { ForeloadError } from '../model/errors.ts';

/** @param chain ids from the component that did not load down to the one that failed */
export function dependencyFailed(chain: readonly string[], cause: ForeloadError): ForeloadError {
  return new ForeloadError('dependency-failed', {
    what: `component "${chain[0]}" did not load`,
    where: `it depends on ${chain
      .slice(1)
      .map((id) => `"${id}"`)
      .join(' -> ')}`,
    found: cause.message,
    remedy: `correct "${chain.at(-1)}" first`,
    cause,
  });
}
