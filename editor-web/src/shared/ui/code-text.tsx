import { Fragment } from 'react';

/** A sentence in which `this` is code. */
export function CodeText({ text }: { text: string }) {
  return text.split('`').map((part, index) => (
    <Fragment key={index}>{index % 2 === 1 ? <code className="rounded bg-sunken px-1 font-mono text-[0.92em]">{part}</code> : part}</Fragment>
  ));
}
