// after-frame.ts — work that is not to take a processor from the frame that is about to be drawn.

/** Where nothing is drawn (the page is hidden) it does not wait for ever. */
const LONGEST_MS = 100;

/** Does it when the next frame is out; answers how to have it not done. */
export function afterFrame(work: () => void): () => void {
  let timer = setTimeout(work, LONGEST_MS);
  const frame = requestAnimationFrame(() => {
    clearTimeout(timer);
    timer = setTimeout(work);
  });
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}
