// icon.tsx — the pictures of the interface: 16 px, one stroke, the colour of the text beside them.

import { classNames } from '../lib/class-names';

const paths = {
  add: 'M8 3v10M3 8h10',
  back: 'M10 3 5 8l5 5',
  chart: 'M2.5 13.5h11M3.5 10.5l3-4 3 2.5 3.5-6',
  check: 'm3 8.5 3.2 3.2L13 4.8',
  chevron: 'm4 6 4 4 4-4',
  close: 'm4 4 8 8M12 4l-8 8',
  clock: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12Zm0-9.5V8l2.5 1.5',
  copy: 'M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z',
  download: 'M8 2.5v8m0 0 3-3m-3 3-3-3M2.5 13.5h11',
  error: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 4.8v4M8 11.2v.01',
  form: 'M2.5 4h11M2.5 8h7M2.5 12h9',
  graph: 'M2.5 2.5h4v3h-4zM9.5 6.5h4v3h-4zM2.5 10.5h4v3h-4zM6.5 4h1.5v4h1.5M6.5 12H8V8',
  help: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM6.3 6.3a1.8 1.8 0 1 1 2.6 1.6c-.6.3-.9.7-.9 1.3M8 11.4v.01',
  history: 'M2.5 8a5.5 5.5 0 1 0 1.8-4.1L2.5 5.5m0-3v3h3M8 5v3.2l2 1.3',
  lock: 'M4 7.5h8v6H4zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5',
  menu: 'M2.5 4h11M2.5 8h11M2.5 12h11',
  moon: 'M13.2 9.6A5.5 5.5 0 0 1 6.4 2.8a5.5 5.5 0 1 0 6.8 6.8Z',
  more: 'M3.2 8.5a.5.5 0 1 0 0-1 .5.5 0 0 0 0 1ZM8 8.5a.5.5 0 1 0 0-1 .5.5 0 0 0 0 1ZM12.8 8.5a.5.5 0 1 0 0-1 .5.5 0 0 0 0 1Z',
  note: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 7.2v4M8 4.8v.01',
  play: 'M5 3.2v9.6L12.5 8z',
  redo: 'M13.5 6.5h-7a4 4 0 0 0 0 7H9m4.5-7-3-3m3 3-3 3',
  save: 'M3 2.5h8l2.5 2.5v8.5h-11v-11ZM5.5 2.5v3.5h5V2.5M5 13.5V9.5h6v4',
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Zm3.7-1.3 3 3',
  stop: 'M4 4h8v8H4z',
  sun: 'M8 10.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6ZM8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9',
  text: 'm5.5 4-3.5 4 3.5 4M10.5 4 14 8l-3.5 4',
  skipBack: 'M12 3.5 6.5 8l5.5 4.5v-9ZM4 3.5v9',
  skipForward: 'M4 3.5 9.5 8 4 12.5v-9ZM12 3.5v9',
  undo: 'M2.5 6.5h7a4 4 0 0 1 0 7H7m-4.5-7 3-3m-3 3 3 3',
  upload: 'M8 10.5v-8m0 0 3 3m-3-3-3 3M2.5 13.5h11',
  warning: 'M8 2.5 14.2 13.3H1.8zM8 6.5v3M8 11.3v.01',
};

export type IconName = keyof typeof paths;

export function Icon({ name, className }: { name: IconName; className?: string | undefined }) {
  return (
    <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" className={classNames('shrink-0', className)} fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
      <path d={paths[name]} />
    </svg>
  );
}
