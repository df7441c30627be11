import { readCommandLine, USAGE } from '../../../deploy/local/stack/command-line';
import { StackError } from '../../../deploy/local/stack-error';

describe('the command line of npm start', () => {
  it('starts with everything off', () => {
    expect(readCommandLine([])).toEqual({ reset: false, json: false, help: false });
  });

  it('knows --reset, --json and --help', () => {
    expect(readCommandLine(['--reset', '--json', '--help'])).toEqual({ reset: true, json: true, help: true });
  });

  it.each([['--rest'], ['reset'], ['--reset=yes'], ['-x']])('answers %s with the usage, on one line', (argument) => {
    const read = () => readCommandLine([argument]);
    expect(read).toThrow(StackError);
    expect(read).toThrow(USAGE);
    expect(read).not.toThrow(/\n/);
  });
});
