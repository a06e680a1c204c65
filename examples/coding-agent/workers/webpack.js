/** Bundles JavaScript text for production, in memory. */
import { Volume } from './volume.js';
import webpack from 'webpack';
import MinimizerPlugin from 'minimizer-webpack-plugin';

const output = '/out';

/** Importing webpack reads little of it: the first compile loads the rest, the minimizer with it. */
export async function load() {
  await bundle('console.log(1)');
}

/** The minified bundle of an entry module. */
export async function bundle(source) {
  const compiler = webpack({
    mode: 'production',
    entry: `data:text/javascript,${encodeURIComponent(source)}`,
    output: { path: output, filename: 'bundle.js' },
    // Its own worker processes would outlive an unload, and one file needs none.
    optimization: { minimizer: [new MinimizerPlugin({ parallel: false, extractComments: false })] },
    performance: false,
  });
  const volume = new Volume();
  compiler.outputFileSystem = volume;
  const stats = await new Promise((resolve, reject) => {
    compiler.run((error, result) => (error ? reject(error) : resolve(result)));
  });
  await new Promise((resolve, reject) => {
    compiler.close((error) => (error ? reject(error) : resolve()));
  });
  if (stats.hasErrors()) throw new Error(stats.toString({ all: false, errors: true }));
  return volume.text(`${output}/bundle.js`);
}
