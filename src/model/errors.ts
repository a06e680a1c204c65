/** Every code Foreload reports, with what it means. The only table of its kind. */
export const errorCodes = {
  'unknown-component': 'A component was named that is not registered.',
  'unknown-dependency': 'A component depends on, or conflicts with, one that is not registered.',
  'unknown-lane': 'A lane other than immediate, delayed or background was named.',
  'unknown-policy': 'A policy or predictor was named that does not exist.',
  'invalid-id': 'A component id is empty or holds `|` or a control character.',
  'invalid-size': 'A size is not a positive number of bytes.',
  'invalid-option': 'An option has a value outside its range.',
  'invalid-config': 'A configuration does not have the required form.',
  'dependency-cycle': 'Components depend on each other in a circle.',
  'dependency-conflict': 'A component needs two components that conflict.',
  'conflict-timeout': 'A demand waited too long for what it conflicts with to be released.',
  'over-budget': 'A component with its dependencies does not fit into the whole budget.',
  'load-failed': 'A loader threw, or its promise was rejected.',
  'load-timeout': 'A loader did not finish in time.',
  'circuit-open': 'A component failed several times in a row and is not tried again for a while.',
  'check-failed': 'A loaded component did not answer its health check, or said that it does not work.',
  'load-empty': 'A loader finished without a value.',
  'dependency-failed': 'A component could not load because one it depends on failed.',
  'optional-missing': 'An optional package that a loader needs is not installed.',
  'process-exited': 'A child process or worker ended by itself.',
  'remote-error': 'A call into a worker or child failed there.',
  'probe-failed': 'A probe of memory pressure could not be read, or gave nonsense.',
  'invalid-model': 'A forecast model is not in the documented form.',
  'invalid-trace': 'A trace, or its cost table, is not in the documented form.',
  'invalid-snapshot': 'A snapshot of what was learned is damaged, foreign or of another version.',
  'demand-timeout': 'A demand was not met within the time its caller gave it.',
  'invalid-store': 'A store is something else, or of a later version.',
  'store-failed': 'The files of a store could not be read or written.',
  'store-in-use': 'A store was to be changed while a process writes to it.',
  aborted: 'The caller gave up waiting.',
  closed: 'Foreload was closed.',
} as const;

/** A stable code for a kind of failure: a key of {@link errorCodes}. */
export type ErrorCode = keyof typeof errorCodes;

/** The four things that a person needs to know of a failure. */
export interface ErrorParts {
  /** What went wrong, and which component, file or option it concerns. */
  readonly what: string;
  /** Where: a file with its line, an option, a chain of components. */
  readonly where?: string;
  /** What was found there. */
  readonly found?: string;
  /** What to do about it. */
  readonly remedy: string;
  readonly cause?: unknown;
}

/** The one error class of Foreload. `message` is a single line: what, where, found, what to do. */
export class ForeloadError extends Error {
  override readonly name = 'ForeloadError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, parts: ErrorParts) {
    const where = parts.where === undefined ? '' : ` (${parts.where})`;
    const found = parts.found === undefined ? '' : `: found ${parts.found}`;
    const line = `${parts.what}${where}${found}; ${parts.remedy}`.replace(/\s*[\r\n]+\s*/g, ' ');
    super(line, parts.cause === undefined ? undefined : { cause: parts.cause });
    this.code = code;
  }
}

/** What is asked of a Foreload that was closed. */
export const closedError = (): ForeloadError =>
  new ForeloadError('closed', { what: 'Foreload is closed', remedy: 'create a new one to load components' });

/** One line of text for anything thrown. */
export function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\s*[\r\n]+\s*/g, ' ');
}
