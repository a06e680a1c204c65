import type { ForeloadError } from './errors.ts';
import type { ComponentId, LeaseId, LoadId, Millis } from './ids.ts';
import type { Notice } from './notice.ts';
import type { Found, Lane, Origin, UnloadReason } from './reason.ts';
import type { Situation } from './situation.ts';

/** Everything that the engine asks of its driver. Answers come back as events. */
export type Effect =
  /** Load it; its dependencies are warm. Answer: `loaded` or `load-failed`. */
  | {
      readonly kind: 'load';
      readonly component: ComponentId;
      readonly load: LoadId;
      readonly origin: Origin | 'demand';
      readonly lane: Lane | null;
    }
  /** Unload it; no lease holds it. Answer: `unloaded`. */
  | { readonly kind: 'unload'; readonly component: ComponentId; readonly reason: UnloadReason }
  /** A demand waits now for a load that was begun ahead of any: it need not leave the machine to others any longer. */
  | { readonly kind: 'hurry'; readonly component: ComponentId }
  /** See whether an idle component still works. Answer, only if it does not: `crashed`. */
  | { readonly kind: 'check'; readonly component: ComponentId; readonly load: LoadId }
  /** The lease is open: the component is warm. */
  | { readonly kind: 'grant'; readonly lease: LeaseId; readonly component: ComponentId; readonly found: Found }
  /** The lease will not open. */
  | { readonly kind: 'refuse'; readonly lease: LeaseId; readonly component: ComponentId; readonly error: ForeloadError }
  /** A component that a lease holds is gone. */
  | { readonly kind: 'revoke'; readonly lease: LeaseId; readonly component: ComponentId; readonly error: ForeloadError }
  /** Send `wake` at this time on the engine's clock. Replaces an earlier wish. */
  | { readonly kind: 'wake'; readonly at: Millis }
  /**
   * Ask the trained model what is coming for `situation.user`. Answer, if there is one: `inferred` with the same moment.
   * Of several that wait only the latest of a user matters.
   */
  | { readonly kind: 'infer'; readonly moment: number; readonly situation: Situation }
  /** Something worth telling; made only when the driver listens. */
  | { readonly kind: 'notice'; readonly notice: Notice };
