import { type Call, type CallMatch, isMatch } from './fault';

export type When = 'before' | 'after';
export type Todo = () => void | Promise<void>;

export interface Hooks {
  /**
   * Runs `todo` once, at the next call that fits: right before it looks at the spreadsheet, or right after what it did is stored and before
   * it is answered. So a person can act between a program's read and its write.
   */
  atNext(when: When, match: CallMatch, todo: Todo): void;
  run(when: When, call: Call): Promise<void>;
}

export function createHooks(): Hooks {
  let waiting: { readonly when: When; readonly match: CallMatch; readonly todo: Todo }[] = [];
  return {
    atNext(when, match, todo) {
      waiting.push({ when, match, todo });
    },
    async run(when, call) {
      const due = waiting.filter((hook) => hook.when === when && isMatch(hook.match, call));
      waiting = waiting.filter((hook) => !due.includes(hook));
      for (const { todo } of due) await todo();
    },
  };
}
