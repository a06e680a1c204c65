/** For worker threads: `foreload/worker`. */
export { attachPort, type Port, type PortHandle } from './port.ts';
