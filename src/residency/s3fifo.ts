import type { EvictionPolicy } from './eviction-policy.ts';
import { Ghosts } from './ghosts.ts';
import { Queue, type Queued } from './queue.ts';

interface Node extends Queued<Node> {
  readonly component: number;
  bytes: number;
  /** Uses since it came into its queue, at most {@link mostUses}. */
  uses: number;
  inMain: boolean;
}

/**
 * S3-FIFO (Yang et al., SOSP 2023): what comes waits in a small queue, a tenth of memory; what was used twice there goes
 * on to the main queue, the rest is evicted soon, remembered for a while, and goes straight to the main queue if it
 * comes back. The main queue gives what was used since it came one more round per use. Constant time per call, amortised.
 */
export const s3fifo = (): EvictionPolicy => trial('s3fifo', 2);

/** As `s3fifo`, but one use while it waits is enough (QD-LP-FIFO, Yang et al., HotOS 2023). */
export const quickTrial = (): EvictionPolicy => trial('qdlp', 1);

/** @param promotion uses in the small queue that lead to the main one */
function trial(name: string, promotion: number): EvictionPolicy {
  const small = new Queue<Node>();
  const main = new Queue<Node>();
  const nodes = new Map<number, Node>();
  const ghosts = new Ghosts();
  /** Demanded while remembered, and not in memory yet: the room made for it must not push it out of what is remembered. */
  const back = new Set<number>();
  let mainBytes = 0;
  let mainShare = 0;

  function join(node: Node, inMain: boolean): void {
    node.inMain = inMain;
    (inMain ? main : small).push(node);
    if (inMain) mainBytes += node.bytes;
  }

  function leave(node: Node): void {
    (node.inMain ? main : small).delete(node);
    if (node.inMain) mainBytes -= node.bytes;
  }

  /** Whether the next eviction is from the small queue. It goes through that queue until one goes, however full main becomes. */
  const smallFirst = (inSmall: boolean, inMain: boolean, bytes: number): boolean =>
    inSmall && (bytes <= mainShare || !inMain);

  /** Moves on what the search that ended at `victim` passed over. */
  function moveTo(victim: Node): void {
    let fromSmall = smallFirst(small.oldest !== null, main.oldest !== null, mainBytes);
    for (;;) {
      fromSmall &&= small.oldest !== null;
      const node = (fromSmall ? small.oldest : main.oldest)!;
      const goes = node.uses < (fromSmall ? promotion : 1);
      if (node === victim && goes) return;
      leave(node);
      node.uses = fromSmall ? 0 : Math.max(0, node.uses - 1);
      join(node, true);
      // The engine kept what was first, for a reason of its own: the search ends there, and it has moved on.
      if (goes) return;
    }
  }

  return {
    name,
    budget(bytes) {
      mainShare = bytes - Math.floor(bytes * share);
      ghosts.limit(bytes * (1 - share));
    },
    touch(component) {
      const node = nodes.get(component);
      if (node) node.uses = Math.min(mostUses, node.uses + 1);
      else if (ghosts.take(component)) back.add(component);
    },
    insert(component, bytes) {
      const before = nodes.get(component);
      if (before) leave(before);
      const node: Node = { component, bytes, uses: 0, inMain: false, older: null, newer: null };
      nodes.set(component, node);
      join(node, back.delete(component) || ghosts.take(component));
    },
    measured(component, bytes) {
      const node = nodes.get(component);
      if (!node) return;
      if (node.inMain) mainBytes += bytes - node.bytes;
      node.bytes = bytes;
    },
    remove(component, evicted) {
      back.delete(component);
      const node = nodes.get(component);
      if (!node) return;
      if (evicted) {
        moveTo(node);
        if (!node.inMain) ghosts.add(component, node.bytes);
      }
      leave(node);
      nodes.delete(component);
    },
    *victims() {
      // What `moveTo` would do, one victim after another, on paper.
      const moved: { node: Node; uses: number }[] = [];
      let next = 0;
      let bytes = mainBytes;
      let [inSmall, inMain] = [small.oldest, main.oldest];
      let fromSmall = smallFirst(inSmall !== null, inMain !== null, bytes);
      while (inSmall || inMain || next < moved.length) {
        let node: Node;
        let uses = 0;
        if (fromSmall && inSmall) {
          node = inSmall;
          inSmall = node.newer;
          if (node.uses >= promotion) {
            moved.push({ node, uses });
            bytes += node.bytes;
            continue;
          }
        } else {
          fromSmall = false;
          ({ node, uses } = inMain ? { node: inMain, uses: inMain.uses } : moved[next++]!);
          if (inMain) inMain = inMain.newer;
          if (uses > 0) {
            moved.push({ node, uses: uses - 1 });
            continue;
          }
          bytes -= node.bytes;
        }
        yield node.component;
        fromSmall = smallFirst(inSmall !== null, inMain !== null || next < moved.length, bytes);
      }
    },
  };
}

// As published: a tenth of memory, at most three rounds.
const share = 0.1;
const mostUses = 3;
