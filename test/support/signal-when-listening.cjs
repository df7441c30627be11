/** Loaded into a process before anything else: it is told to end in the moment in which it can be reached for the first time. */
const { Server } = require('node:net');

const { listen } = Server.prototype;
let told = false;

Server.prototype.listen = function (...args) {
  this.once('listening', () => {
    if (!told) process.kill(process.pid, 'SIGTERM');
    told = true;
  });
  return listen.apply(this, args);
};
