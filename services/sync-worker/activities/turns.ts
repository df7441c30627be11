/** Counts what goes on at once under each name, and lets no more of it begin than it may. */
export class Turns {
  private readonly taken = new Map<string, number>();

  /** A function that gives the turn back, or undefined while `max` are taken. */
  take(name: string, max: number): (() => void) | undefined {
    const count = this.taken.get(name) ?? 0;
    if (count >= max) return undefined;
    this.taken.set(name, count + 1);
    return () => {
      const left = (this.taken.get(name) ?? 1) - 1;
      if (left === 0) this.taken.delete(name);
      else this.taken.set(name, left);
    };
  }
}
