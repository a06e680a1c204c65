// Predictors of next actions that npm offers, behind the same contract. They are installed on demand from the lock file
// beside their package.json, without running any of their scripts; without them the part is skipped aloud.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { best } from './counts.mjs';

const folder = fileURLToPath(new URL('peers', import.meta.url));

/** @returns how to make each peer, by name; null if npm could not install them */
export function npmPeers() {
  if (!existsSync(join(folder, 'node_modules')) && !install()) return null;
  const load = createRequire(join(folder, 'package.json'));
  const Alz = load('alz-predictor');
  const { default: Cpt } = load('compact-prediction-tree');
  return {
    'alz-predictor': () => new AlzPeer(Alz, () => 0),
    'alz-predictor by user': () => new AlzPeer(Alz, (user) => user),
    'compact-prediction-tree': () => new CptPeer(Cpt),
  };
}

function install() {
  process.stderr.write(`installing the packages of ${folder}\n`);
  const windows = process.platform === 'win32';
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync(windows ? 'npm.cmd' : 'npm', args, {
    cwd: folder,
    stdio: ['ignore', 2, 2],
    shell: windows,
  });
  if (status !== 0) process.stderr.write('skipped: npm could not install the peers\n');
  return status === 0;
}

/**
 * alz-predictor: Active LeZi (Gopalratnam & Cook 2007), the model of predictive-prefetch. It takes one stream of single
 * characters: each component is one, and the stream is either everyone's in order of time or one for each user.
 */
class AlzPeer {
  #make;
  #streamOf;
  #streams = [];

  constructor(Alz, streamOf) {
    this.#make = () => new Alz();
    this.#streamOf = streamOf;
  }

  learn(user, _past, id) {
    this.#stream(user).add(String.fromCharCode(firstLetter + id));
  }

  next(user, _past, limit) {
    const foretold = this.#stream(user).predict();
    const ids = Object.keys(foretold).map((letter) => letter.charCodeAt(0) - firstLetter);
    return best(ids, Object.values(foretold), limit);
  }

  #stream(user) {
    const number = this.#streamOf(user);
    this.#streams[number] ??= this.#make();
    return this.#streams[number];
  }
}

/** Where a long run of ordinary letters begins. */
const firstLetter = 0x4e00;

/**
 * compact-prediction-tree: CPT (Gueniche et al. 2013). It learns whole sequences only: a user's sequence ends after
 * twenty components or when another user acts. It is asked about what follows the last component, which did best of the last one, two and three.
 */
class CptPeer {
  #model;
  #open = [];
  #user;

  constructor(Cpt) {
    this.#model = new Cpt();
  }

  learn(user, _past, id) {
    if (this.#open.length >= sequenceLength || (this.#open.length > 0 && this.#user !== user)) {
      this.#model.train([this.#open]);
      this.#open = [];
    }
    this.#user = user;
    this.#open.push(id);
  }

  next(_user, past, limit) {
    if (past.length === 0) return [];
    const [ids] = this.#model.predict([past], asked, limit);
    return ids.map((id) => [id, 1 / ids.length]);
  }
}

const sequenceLength = 20;
const asked = 1;
