import { firstDifference } from '../../../deploy/local/schema/first-difference';

describe('the first difference of two texts', () => {
  it('is none between equal ones', () => {
    expect(firstDifference('a\nb\n', 'a\nb\n')).toBeUndefined();
  });

  it('is the line, with both versions', () => {
    expect(firstDifference('a\nb\nc', 'a\nx\nc')).toEqual({ line: 2, before: 'b', after: 'x' });
  });

  it('is the end of the shorter one', () => {
    expect(firstDifference('a', 'a\nb')).toEqual({ line: 2, before: undefined, after: 'b' });
  });
});
