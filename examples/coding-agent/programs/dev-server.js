/** Vite's dev server for the folder given as argument, on a free port, which it writes to its output. */
import { createServer } from 'node:http';
import { createServer as createVite } from 'vite';

const vite = await createVite({
  root: process.argv[2],
  configFile: false,
  appType: 'custom',
  logLevel: 'error',
  // Nothing on disk, no second port: this server is only asked for modules.
  optimizeDeps: { noDiscovery: true },
  server: { middlewareMode: true, ws: false, hmr: false, watch: null },
});
const server = createServer(vite.middlewares);
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
