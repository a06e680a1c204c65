import type { Reader, Writer } from '../bytes.ts';
import { byKind, type Features } from './features.ts';
import type { Memory } from './memory.ts';
import { NaiveBayes } from './naive-bayes.ts';

/** What a feature counts for. */
const share = byKind({ stem: 1.5, pair: 1, prefix: 0.3, first: 0.3, filler: 0.5 });
const none = -1;

/**
 * Naive Bayes over services instead of components: what was learned of one component of a service speaks for all of its
 * others too, the new ones among them. A service is what stands before the last dot of a name, else its first word.
 */
export class ServiceBayes {
  readonly #bayes: NaiveBayes;
  readonly #numbers = new Map<string, number>();
  /** By component: its service. */
  #services: Int32Array = new Int32Array(0);
  #scores: Float64Array = new Float64Array(0);

  constructor(memory: Memory) {
    this.#bayes = new NaiveBayes(memory, memory.services, share);
  }

  register(component: number, name: string): void {
    const service = serviceOf(name);
    let number = this.#numbers.get(service);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(service, number);
      this.#scores = new Float64Array(this.#numbers.size);
    }
    if (component >= this.#services.length) {
      const services = new Int32Array(2 * component + 2).fill(none);
      services.set(this.#services);
      this.#services = services;
    }
    this.#services[component] = number;
  }

  /** Puts the log-likelihood of each component's service into `into`, 0 where it has none; returns false if nothing is known. */
  score(features: Features, slots: Int32Array, into: Float64Array): boolean {
    into.fill(0);
    if (this.#scores.length === 0 || !this.#bayes.score(features, slots, this.#scores)) return false;
    const known = Math.min(into.length, this.#services.length);
    for (let id = 0; id < known; id++) {
      const service = this.#services[id]!;
      if (service !== none) into[id] = this.#scores[service]!;
    }
    return true;
  }

  learn(features: Features, slots: Int32Array, component: number): void {
    const service = this.#services[component] ?? none;
    if (service !== none) this.#bayes.learn(features, slots, service);
  }

  save(to: Writer): void {
    to.array(new TextEncoder().encode([...this.#numbers.keys()].join('\n')));
    to.array(this.#services);
    this.#bayes.save(to);
  }

  load(from: Reader): void {
    const names = new TextDecoder().decode(from.array(Uint8Array));
    if (names !== '') names.split('\n').forEach((name, number) => this.#numbers.set(name, number));
    this.#scores = new Float64Array(this.#numbers.size);
    this.#services = from.array(Int32Array);
    this.#bayes.load(from);
  }
}

function serviceOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(0, dot) : (/^[^-_:/ ]+/.exec(name)?.[0] ?? name);
}
