/**
 * One thing that every implementation of a contract must do. `run` throws if it does not; any test runner will do.
 *
 * @example
 * for (const { name, run } of evictionPolicyContract(() => lru())) test(name, run);
 */
export interface ContractCase {
  readonly name: string;
  readonly run: () => void;
}
