// turns.ts — who draws first when something is typed: the rest of the page, then the editor.
//
// The editor sets the browser's selection with every change, and for that the browser lays out the page: once if
// everything else is there already, else once more for the frame. Promise: what the rest of the page asks of the editor
// meanwhile is done behind the change, on the state that it leads to.

export class Turns {
  #waiting: (() => void)[] | null = null;

  /** At once, or behind the change that the page is just being told of. */
  readonly behind = (work: () => void): void => {
    if (this.#waiting) this.#waiting.push(work);
    else work();
  };

  /** `tell` has the page drawn, `show` shows the change in the editor, whatever became of that. */
  readonly take = (tell: () => void, show: () => void): void => {
    const waiting: (() => void)[] = this.#waiting = [];
    try {
      tell();
    } finally {
      this.#waiting = null;
      show();
      for (const work of waiting) work();
    }
  };
}
