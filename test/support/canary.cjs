/** The customer of every order the tests book. No log, workflow id or search attribute may hold any of it. */
module.exports.CANARY = {
  name: 'Canaria Seedworth',
  phone: '4915155500017',
  notes: 'canary-note-91c4',
  item: 'Canary Pie',
};
